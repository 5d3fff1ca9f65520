/** Dragging nodes: snap lines, dropping onto a connection, and Alt to take nodes out of theirs. One step of undo. */
import {
  type NodeChange,
  type OnNodeDrag,
  experimental_useOnNodesChangeMiddleware as useMiddleware,
} from "@xyflow/react";
import { useCallback, useMemo, useRef } from "react";
import { fitsInto, heal, misfit, move, splice } from "@/graph/editing";
import { around, type Box, portTop } from "@/graph/geometry";
import type { Edge, Graph, GraphNode, Point } from "@/graph/model";
import type { Operations } from "@/graph/operation";
import { edgeCrosses } from "@/graph/path";
import { snap, UNSNAPPED } from "@/graph/snap";
import type { LiveDocument } from "@/state/document";
import { liveGraph, write } from "@/state/graph";
import { show } from "@/state/presence";
import { type Board, useBoard } from "./board";
import { pinned } from "./commands";
import { useEditor, useOperations } from "./editor";
import type { AnyFlowNode, WireFlowEdge } from "./flow";
import { type CanvasSession, fade, useSessionStore } from "./session";

const TOLERANCE = 6;
/** Pixels from which on a press is a pull. */
const PULL = 4;

interface Drag {
  ids: ReadonlySet<string>;
  /** Everything else that is in view. */
  others: Box[];
  alt: boolean;
  /** Whether Alt was held when it began: the nodes are taken out of their connections. */
  healing: boolean;
  /** Edge → whether the node fits into it, or why not, as far as that was asked. */
  fits: Map<string, Fit>;
}

interface Fit {
  fits: boolean;
  reason: string | null;
}

export function useDragging() {
  const { document } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const drag = useRef<Drag | null>(null);
  const additive = useRef<ReadonlySet<string> | null>(null);

  const middleware = useCallback(
    (changes: NodeChange<AnyFlowNode>[]) =>
      drag.current ? snapped(changes, drag.current, board, session) : changes,
    [board, session],
  );
  useMiddleware<AnyFlowNode>(middleware);

  return useMemo(() => {
    const onNodeDragStart: OnNodeDrag<AnyFlowNode> = (event, _, nodes) => {
      drag.current = begin(board, nodes, "altKey" in event && event.altKey);
      if (drag.current.healing)
        session.setState({
          hint: { text: "Release to take it out of its connections", screen: board.here(), refused: false },
        });
    };
    const onNodeDrag: OnNodeDrag<AnyFlowNode> = (event, node) => {
      const held = drag.current;
      if (!held) return;
      held.alt = "altKey" in event && event.altKey;
      show(document, { drag: positions(board, held.ids) });
      if (held.healing || held.ids.size > 1) return;
      const { edge, reason } = under(document, operations, board, held, node.id);
      if (session.getState().splicing !== edge) session.setState({ splicing: edge });
      if (reason || session.getState().hint)
        session.setState({ hint: reason ? { text: reason, screen: board.here(), refused: true } : null });
    };
    const onNodeDragStop: OnNodeDrag<AnyFlowNode> = () => {
      const held = drag.current;
      drag.current = null;
      if (!held) return;
      const { splicing, hint } = session.getState();
      session.setState({ snap: UNSNAPPED, splicing: null, hint: hint?.refused ? hint : null });
      fade(session);
      drop(document, operations, board, held, splicing);
      show(document, { drag: null });
    };
    return {
      handlers: {
        onNodeDragStart,
        onNodeDrag,
        onNodeDragStop,
        onSelectionEnd: () => {
          const kept = additive.current;
          additive.current = null;
          if (!kept) return;
          const boxed = board.nodes.filter((node) => node.selected).map((node) => node.id);
          board.select(new Set([...kept, ...boxed]));
        },
      },
      /** What a box that is drawn with Shift adds to. */
      onPointerDownCapture: (event: React.PointerEvent) => {
        additive.current = event.shiftKey ? session.getState().selection : null;
        if (event.button === 0) explainPin(event.nativeEvent, document, session);
      },
    };
  }, [document, operations, board, session]);
}

/** Whoever pulls at a pinned node is told why it stays. */
function explainPin(down: PointerEvent, document: LiveDocument, session: CanvasSession): void {
  const element = (down.target as Element).closest<HTMLElement>(".react-flow__node");
  const node = liveGraph(document)
    .snapshot()
    .nodes.get(element?.dataset.id ?? "");
  if (!node?.pin || !document.writable || (down.target as Element).closest(".nodrag, .react-flow__handle"))
    return;
  const pull = ({ clientX: x, clientY: y }: PointerEvent) => {
    if (Math.hypot(x - down.clientX, y - down.clientY) > PULL)
      session.setState({ hint: { text: pinned(node.name), screen: [x, y], refused: true } });
  };
  const end = () => {
    window.removeEventListener("pointermove", pull);
    session.setState({ hint: null });
  };
  window.addEventListener("pointermove", pull);
  window.addEventListener("pointerup", end, { once: true });
}

function begin(board: Board, nodes: readonly AnyFlowNode[], healing: boolean): Drag {
  const ids = new Set(nodes.map((node) => node.id));
  const rect = board.element?.getBoundingClientRect();
  const [left, top] = rect ? board.at([rect.left, rect.top]) : [-Infinity, -Infinity];
  const [right, bottom] = rect ? board.at([rect.right, rect.bottom]) : [Infinity, Infinity];
  const others = board.nodes
    .filter((node) => !ids.has(node.id))
    .map((node) => board.box(node))
    .filter((box) => box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top);
  return { ids, others, alt: healing, healing, fits: new Map() };
}

/** The changes with all that is dragged moved by the same step, so that it settles. */
function snapped(
  changes: NodeChange<AnyFlowNode>[],
  drag: Drag,
  board: Board,
  session: CanvasSession,
): NodeChange<AnyFlowNode>[] {
  const moved = changes.flatMap((change) =>
    change.type === "position" && change.position && drag.ids.has(change.id) ? [change] : [],
  );
  if (moved.length === 0) return changes;
  const lookup = board.store.getState().nodeLookup;
  const box = around(
    moved.map((change) => {
      const { width = 0, height = 0 } = lookup.get(change.id)?.measured ?? {};
      return { x: change.position?.x ?? 0, y: change.position?.y ?? 0, width, height };
    }),
  );
  const found = drag.alt || !box ? UNSNAPPED : snap(box, drag.others, TOLERANCE / board.zoom);
  session.setState({ snap: found });
  if (found.dx === 0 && found.dy === 0) return changes;
  const steps = new Set<NodeChange<AnyFlowNode>>(moved);
  return changes.map((change) =>
    steps.has(change) && change.type === "position" && change.position
      ? { ...change, position: { x: change.position.x + found.dx, y: change.position.y + found.dy } }
      : change,
  );
}

function positions(board: Board, ids: ReadonlySet<string>): Record<string, Point> {
  return Object.fromEntries(
    board.nodes.filter((node) => ids.has(node.id)).map((node) => [node.id, rounded(node)]),
  );
}

function rounded(node: AnyFlowNode): Point {
  return [Math.round(node.position.x), Math.round(node.position.y)];
}

/** The connection that runs through the middle of a node and takes it in, or why the one there does not. */
function under(
  document: LiveDocument,
  operations: Operations,
  board: Board,
  drag: Drag,
  id: string,
): { edge: string | null; reason: string | null } {
  const graph = liveGraph(document).snapshot();
  const node = graph.nodes.get(id);
  const drawn = board.nodes.find((one) => one.id === id);
  if (!node || !drawn) return { edge: null, reason: null };
  const { x, y, width, height } = board.box(drawn);
  const core: Box = { x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 };
  const byId = new Map(board.nodes.map((one) => [one.id, one]));
  let reason: string | null = null;
  for (const edge of board.edges) {
    const ends = endsOf(edge, byId);
    if (!ends || !edge.data || !edgeCrosses(ends[0], ends[1], core)) continue;
    const found = fitOf(graph, operations, node, edge.data.edge, drag);
    if (found.fits) return { edge: edge.id, reason: null };
    reason ??= found.reason;
  }
  return { edge: null, reason };
}

function fitOf(graph: Graph, operations: Operations, node: GraphNode, edge: Edge, drag: Drag): Fit {
  const known = drag.fits.get(edge.id);
  if (known) return known;
  const why = misfit(graph, operations, node, edge);
  const found = {
    fits: fitsInto(graph, operations, node, edge) !== null,
    reason: why && `It does not go in here: ${why}`,
  };
  drag.fits.set(edge.id, found);
  return found;
}

function endsOf(edge: WireFlowEdge, byId: ReadonlyMap<string, AnyFlowNode>): [Point, Point] | null {
  const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
  if (source?.type !== "operation" || target?.type !== "operation" || !edge.data) return null;
  const width = source.measured?.width ?? source.initialWidth ?? 0;
  return [
    [source.position.x + width, source.position.y + portTop(source.data.ports, "output", edge.data.output)],
    [target.position.x, target.position.y + portTop(target.data.ports, "input", edge.data.edge.input)],
  ];
}

function drop(
  document: LiveDocument,
  operations: Operations,
  board: Board,
  drag: Drag,
  splicing: string | null,
): void {
  const graph = liveGraph(document).snapshot();
  const moves = move(
    graph,
    new Map(board.nodes.filter((node) => drag.ids.has(node.id)).map((node) => [node.id, rounded(node)])),
  );
  const [first] = drag.ids;
  const node = graph.nodes.get(first ?? "");
  const what = drag.ids.size === 1 ? (node?.name ?? "a note") : `${drag.ids.size} nodes`;
  if (drag.healing) {
    write(document, `take out ${what}`, [...moves, ...heal(graph, operations, drag.ids)]);
    return;
  }
  const edge = board.edges.find((one) => one.id === splicing)?.data?.edge;
  if (edge && node)
    write(document, `put ${what} into a connection`, [...moves, ...splice(graph, operations, node, edge)]);
  else write(document, `move ${what}`, moves);
}
