/** The drawing surface: React Flow kept in step with the live document, and all that lies on top of it. */
import { lazily } from "@/state/lazily";
import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  type EdgeTypes,
  type NodeTypes,
  type OnSelectionChangeFunc,
  ReactFlow,
  SelectionMode,
  useStore,
} from "@xyflow/react";
import { type MouseEvent, Suspense, useCallback, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import type { View } from "@/graph/geometry";
import { ActionButton, ActionMark } from "@/parts/ActionButton";
import { TypedAhead } from "@/parts/typedAhead";
import type { Action } from "@/state/actions";
import { liveGraph, useFromGraph } from "@/state/graph";
import { useKept } from "@/state/session";
import { Empty } from "@/ui/Empty";
import { useShownHistory } from "../history/address";
import { useComparison } from "../history/comparison";
import { codeAddress } from "../panel/codeAddress";
import { failedAt } from "../run/failure";
import { AddPalette } from "./AddPalette";
import { useBoard } from "./board";
import { useBoxSelection } from "./boxSelection";
import { Cursors, useFollowing, useShownPlace } from "./Cursors";
import css from "./canvas.module.css";
import { useClipboard } from "./clipboardEvents";
import { useConnecting } from "./connecting";
import { useDragging } from "./dragging";
import { useEditor, useOperations } from "./editor";
import type { AnyFlowNode, WireFlowEdge } from "./flow";
import { Guides } from "./Guides";
import { Hint } from "./Hint";
import { NoteNode } from "./NoteNode";
import { OperationNode } from "./OperationNode";
import { PortCard } from "./PortCard";
import { ReadOut } from "./ReadOut";
import { type MenuRequest, useCanvas, useSessionStore } from "./session";
import { useCanvasActions } from "./useCanvasActions";
import { useFlowSync, useSharedSelection } from "./useFlowSync";
import { useInsertActions } from "./useInsertActions";
import { useCanvasViews } from "./views";
import { LooseWire, Wire } from "./Wire";

const FindBar = lazily(() => import("./FindBar"));
const LinkList = lazily(() => import("./LinkList"));
const Minimap = lazily(() => import("./Minimap"));
const ContextMenu = lazily(() => import("./ContextMenu"));
const Outline = lazily(() => import("./Outline"));
const Comparing = lazily(() => import("../history/Comparing"));

const NODE_TYPES: NodeTypes = { operation: OperationNode, note: NoteNode };
const EDGE_TYPES: EdgeTypes = { wire: Wire };
const NO_NODES: AnyFlowNode[] = [];
const NO_EDGES: WireFlowEdge[] = [];
const SAID = {
  "edge.a11yDescription.default":
    "Enter selects this connection, Delete removes it, the left and right arrows go to its ends.",
};
const MANY_KEYS = ["Shift", "Control", "Meta"];
/** The middle button; the left one draws a box, the right one opens the menu. */
const PAN_BUTTONS = [1];
/** Below this zoom only names are shown; from so many nodes on, only those in view are drawn. */
const FAR = 0.5;
const MANY_NODES = 120;
const TOOLS = [
  "canvas.add",
  "canvas.note",
  "canvas.undo",
  "canvas.redo",
  "canvas.tidy",
  "canvas.fit",
  "canvas.find",
  "canvas.outline",
  "canvas.minimap",
  "canvas.history",
];

const countNodes = (graph: { nodes: ReadonlyMap<string, unknown> }) => graph.nodes.size;

export function Canvas() {
  const { document: live, project, name } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const navigate = useNavigate();
  const views = useCanvasViews();
  const asked = useCanvas((state) => state.menu);
  const finding = useCanvas((state) => state.finding);
  const adding = useCanvas((state) => state.palette);
  const linking = useCanvas((state) => state.linking);
  const version = useComparedVersion();
  useComparison((state) => state.past); // what can be done on it is another
  const size = useFromGraph(live, countNodes);
  const clipboard = useClipboard();
  useInsertActions();
  const actions = useCanvasActions(clipboard);
  const dragging = useDragging();
  const connecting = useConnecting();
  const place = useShownPlace();
  const wrapper = useRef<HTMLDivElement>(null);
  const hold = useCallback(
    (element: HTMLDivElement | null) => {
      wrapper.current = element;
      board.element = element;
    },
    [board],
  );
  useFlowSync();
  useSharedSelection();
  useBoxSelection();
  useFollowing();
  const [keptView, keepView] = useKept<View | null>(`canvas.view ${project} ${name}`, null);
  useFirstView(size, live.ready, keptView);

  const onSelectionChange: OnSelectionChangeFunc<AnyFlowNode, WireFlowEdge> = useCallback(
    ({ nodes, edges }) =>
      session.setState({
        selection: new Set(nodes.map((node) => node.id)),
        edges: new Set(edges.map((edge) => edge.id)),
      }),
    [session],
  );
  const onMove = useCallback(
    (_: unknown, { zoom }: { zoom: number }) => {
      wrapper.current?.classList.toggle(css.far as string, zoom < FAR);
      wrapper.current?.style.setProperty("--zoom", String(Math.ceil(zoom * 20) / 20));
      const crowd = board.isCrowd(zoom);
      if (session.getState().crowd !== crowd) session.setState({ crowd });
      place.look();
    },
    [place.look, board, session],
  );
  const onMoveEnd = useCallback(
    (_: unknown, { x, y, zoom }: { x: number; y: number; zoom: number }) => {
      keepView([x, y, zoom]);
      place.look();
    },
    [keepView, place.look],
  );
  const leave = useCallback(() => session.setState({ palette: null, finding: 0, linking: null }), [session]);
  const openMenu = (on: MenuRequest["on"], event: globalThis.MouseEvent | MouseEvent) => {
    event.preventDefault();
    if (board.past) return;
    const target = (event.target as Element).getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const screen = byKey
      ? ([target.left + 20, target.top + 20] as const)
      : ([event.clientX, event.clientY] as const);
    session.setState({ menu: { screen, at: board.at(screen), on } });
  };
  const onNodeDoubleClick = (_: unknown, node: AnyFlowNode) => {
    if (node.type === "note") {
      if (live.writable) session.setState({ editingNote: node.id });
    } else {
      const drawn = liveGraph(live).snapshot().nodes.get(node.id);
      const failed = failedAt(project, name, drawn?.name ?? "");
      const file = failed?.file ?? operations.get(drawn?.operation ?? "")?.file;
      if (file) navigate(codeAddress(project, file, failed?.line));
    }
  };
  const onDoubleClick = (event: MouseEvent) => {
    if (!(event.target as Element).classList.contains("react-flow__pane")) return;
    if (!live.writable || board.past) return;
    session.setState({
      palette: { screen: [event.clientX, event.clientY], at: board.at([event.clientX, event.clientY]) },
    });
  };
  const tools = TOOLS.flatMap((id) => actions.find((action) => action.id === id) ?? []);
  return (
    <div className={css.whole}>
      {views.outline && (
        <Suspense>
          <Outline />
        </Suspense>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are actions */}
      <div
        className={css.canvas}
        ref={hold}
        onDoubleClick={onDoubleClick}
        onPointerDownCapture={dragging.onPointerDownCapture}
        onPointerMove={place.point}
        onPointerLeave={place.leave}
        tabIndex={-1}
        data-canvas
      >
        <ReactFlow<AnyFlowNode, WireFlowEdge>
          defaultNodes={NO_NODES}
          defaultEdges={NO_EDGES}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          connectionLineComponent={LooseWire}
          onlyRenderVisibleElements={size > MANY_NODES}
          minZoom={0.05}
          maxZoom={2.5}
          panOnScroll
          panOnDrag={PAN_BUTTONS}
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={MANY_KEYS}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          deleteKeyCode={null}
          disableKeyboardA11y
          ariaLabelConfig={SAID}
          zoomOnDoubleClick={false}
          nodesDraggable={live.writable}
          nodesConnectable={live.writable}
          edgesReconnectable={live.writable}
          elevateNodesOnSelect
          attributionPosition="bottom-center"
          connectionRadius={24}
          nodeDragThreshold={3}
          onSelectionChange={onSelectionChange}
          onMove={onMove}
          onMoveEnd={onMoveEnd}
          onNodeDoubleClick={onNodeDoubleClick}
          onNodeContextMenu={(event, node) => {
            if (!session.getState().selection.has(node.id)) board.select(new Set([node.id]));
            openMenu(node.type === "note" ? "note" : "node", event);
          }}
          onEdgeContextMenu={(event, edge) => {
            const { selection, edges } = session.getState();
            if (selection.size > 0 || !edges.has(edge.id)) board.select(new Set([edge.id]));
            openMenu("edge", event);
          }}
          onPaneContextMenu={(event) => openMenu("canvas", event)}
          {...dragging.handlers}
          {...connecting}
        >
          <Background
            variant={BackgroundVariant.Dots}
            gap={20}
            size={1.6}
            color="var(--dot)"
            bgColor="var(--bg)"
          />
          <Guides />
          <Cursors />
          <Suspense>{views.minimap && size > 0 && <Minimap />}</Suspense>
          <Suspense>{version !== null && <Comparing version={version} />}</Suspense>
        </ReactFlow>
        {size === 0 && live.ready && (
          <Nothing action={actions.find((action) => action.id === "canvas.add") as Action} />
        )}
        <div className={css.tools} role="toolbar" aria-label="Canvas">
          {tools.map((action) => (
            <ActionMark key={action.id} action={action} />
          ))}
        </div>
        <Hint />
        <PortCard />
        <ReadOut />
        <Suspense fallback={<TypedAhead cancel={leave} />}>
          {finding > 0 && <FindBar times={finding} />}
        </Suspense>
        {adding && <AddPalette key={adding.screen.join()} request={adding} />}
        {asked && (
          <Suspense>
            <ContextMenu key={asked.screen.join()} menu={asked} />
          </Suspense>
        )}
      </div>
      <Suspense fallback={<TypedAhead cancel={leave} />}>
        {linking !== null && <LinkList node={linking} />}
      </Suspense>
    </div>
  );
}

/** The version that is pointed at in the timeline, else the one in the address. */
function useComparedVersion(): string | null {
  const { version } = useShownHistory();
  const pointed = useComparison((state) => state.pointed);
  return pointed ?? version;
}

function Nothing({ action }: { action: Action }) {
  return (
    <div className={css.nothing}>
      <Empty title="This pipeline is empty" action={<ActionButton action={action} />}>
        Add operations and connect what they give with what others take.
      </Empty>
    </div>
  );
}

/** What is selected, else the view of the board to begin with; nothing is shown before. A pipeline that is empty keeps its view. */
function useFirstView(size: number, ready: boolean, kept: View | null): void {
  const board = useBoard();
  const measured = useStore((state) => state.panZoom !== null && state.width > 0 && state.nodes.length > 0);
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !ready || (size > 0 && !measured)) return;
    done.current = true;
    const { element } = board;
    const chosen = new Set(board.nodes.filter((node) => node.selected).map((node) => node.id));
    const place = async () => {
      if (size > 0 && chosen.size > 0) await board.fit(chosen, 1, 0);
      else if (size > 0) await board.open(kept);
      // What was placed is drawn with the next frame, and only then worth showing.
      requestAnimationFrame(() => element?.toggleAttribute("data-placed", true));
    };
    void place();
  }, [size, ready, measured, kept, board]);
}
