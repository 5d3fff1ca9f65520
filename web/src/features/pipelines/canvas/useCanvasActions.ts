/** Every command of the canvas as an action: for keys, menus, the palette, the toolbar and tests alike. */
import {
  IconArrowBackUp,
  IconArrowForward,
  IconArrowForwardUp,
  IconArrowsMaximize,
  IconBinaryTree,
  IconClipboard,
  IconCode,
  IconCopy,
  IconCut,
  IconFocusCentered,
  IconLayoutDistributeHorizontal,
  IconListSearch,
  IconMap,
  IconNote,
  IconPencil,
  IconPin,
  IconPlayerPause,
  IconPlug,
  IconPlus,
  IconRoute,
  IconSelectAll,
  IconTrash,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useNavigate } from "react-router";
import type { Change } from "@/graph/change";
import { duplicate, heal, move, remove, toggle } from "@/graph/editing";
import { GRID } from "@/graph/geometry";
import { isSource, type NodeId, type Point } from "@/graph/model";
import { type Direction, neighbour } from "@/graph/travel";
import { type Action, useActions } from "@/state/actions";
import { liveGraph, useFromGraph, write } from "@/state/graph";
import { useKept } from "@/state/session";
import { failed } from "@/state/toasts";
import { FIRST, useWantedField } from "../panel/goTo";
import { motion, useBoard } from "./board";
import type { Clipboard } from "./clipboardEvents";
import { useEditor, useOperations } from "./editor";
import { insertNote } from "./inserting";
import { useSessionStore } from "./session";

const ARROWS: readonly [Direction, string, Point][] = [
  ["left", "Left", [-1, 0]],
  ["right", "Right", [1, 0]],
  ["up", "Up", [0, -1]],
  ["down", "Down", [0, 1]],
];

/** What is shown beside the canvas, kept in this browser. */
export function useCanvasViews() {
  const { document } = useEditor();
  const large = useFromGraph(document, isLarge);
  const [kept, showMinimap] = useKept<boolean | null>("canvas.map", null);
  const [outline, showOutline] = useKept("canvas.outline", false);
  return { minimap: kept ?? large, showMinimap, outline, showOutline };
}

/** From so many nodes on, the map is worth the room that it takes, as long as nobody said otherwise. */
const isLarge = (graph: { nodes: ReadonlyMap<string, unknown> }) => graph.nodes.size > 12;

export function useCanvasActions(clipboard: Clipboard): Action[] {
  const { document: live, project } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const navigate = useNavigate();
  const { minimap, showMinimap, outline, showOutline } = useCanvasViews();

  return useActions(() => {
    const graph = () => liveGraph(live).snapshot();
    const active = () => board.isActive();
    const editable = () => live.writable && board.isActive();
    /** What an action is done to: what is selected, else what has the focus. */
    const targets = (): Set<string> => {
      const { selection } = session.getState();
      const focused = board.focused();
      return new Set(selection.size > 0 ? selection : focused ? [focused] : []);
    };
    const nodes = (): NodeId[] => [...targets()].filter((id) => graph().nodes.has(id));
    const one = (): NodeId | null => (nodes().length === 1 ? (nodes()[0] as NodeId) : null);
    const named = (ids: readonly NodeId[]) =>
      ids.length === 1 ? graph().nodes.get(ids[0] as NodeId)?.name : `${ids.length} nodes`;
    const some = () => live.writable && nodes().length > 0;
    const something = () => editable() && (targets().size > 0 || session.getState().edges.size > 0);
    const file = () => {
      const id = one();
      return id ? (operations.get(graph().nodes.get(id)?.operation ?? "")?.file ?? "") : "";
    };
    const mark = (flag: "bypass" | "mute" | "pin") =>
      write(live, `${flag} ${named(nodes())}`, toggle(graph(), nodes(), flag));

    const removal = (healing: boolean) => {
      const ids = targets();
      const { edges } = session.getState();
      const changes: Change[] = remove(
        graph(),
        operations,
        [...ids].filter((id) => graph().nodes.has(id)),
        healing,
      );
      for (const id of ids) if (graph().notes.has(id)) changes.push({ do: "remove note", note: id });
      for (const edge of board.edges) {
        if (
          edges.has(edge.id) &&
          !ids.has(edge.target) &&
          edge.data &&
          (ids.size === 0 || ids.has(edge.source) === false)
        )
          changes.push({ do: "disconnect", node: edge.target, input: edge.data.edge.input });
      }
      const focused = board.focused();
      const next = focused && ids.has(focused) ? neighbour(graph(), board.boxes(), focused, "left") : null;
      write(
        live,
        ids.size > 0
          ? `remove ${ids.size === 1 ? (named([...ids]) ?? "a note") : `${ids.size} things`}`
          : "remove a connection",
        changes,
      );
      if (next) board.focus(next);
      else board.element?.focus({ preventScroll: true });
    };
    const copies = () => {
      const { changes, nodes: made } = duplicate(graph(), nodes(), [2 * GRID, 2 * GRID]);
      write(live, `duplicate ${named(nodes())}`, changes);
      board.select(new Set(made.map((node) => node.id)));
    };
    const nudge = ([x, y]: Point, steps: number) => {
      const moved = new Map<string, Point>();
      for (const id of targets()) {
        const at = board.nodes.find((node) => node.id === id)?.position;
        if (at) moved.set(id, [Math.round(at.x + x * steps * GRID), Math.round(at.y + y * steps * GRID)]);
      }
      write(live, "nudge", move(graph(), moved));
    };
    const travel = (direction: Direction, selecting: boolean) => {
      const from = board.focused() ?? [...targets()][0];
      const operationBoxes = new Map([...board.boxes()].filter(([id]) => graph().nodes.has(id)));
      const next = from ? neighbour(graph(), operationBoxes, from, direction) : [...operationBoxes.keys()][0];
      if (!next) return;
      if (selecting) board.select(new Set([next]));
      board.show([next]);
    };
    const detach = () => write(live, `take out ${named(nodes())}`, heal(graph(), operations, nodes()));
    const connected = () =>
      nodes().some(
        (id) =>
          Object.values(graph().nodes.get(id)?.inputs ?? {}).some(isSource) ||
          board.edges.some((edge) => edge.source === id),
      );
    const fit = () => void board.fit(session.getState().selection, 1.25);
    const edit = () => {
      const focused = board.focused();
      if (focused && graph().notes.has(focused)) session.setState({ editingNote: focused });
      else if (focused) {
        board.select(new Set([focused]));
        useWantedField.setState({ node: focused, field: FIRST });
      }
    };
    const selectNothing = () => {
      const focused = board.focused();
      board.select(new Set());
      session.setState({ palette: null, finding: false, hint: null });
      if (focused) board.focus(focused);
    };

    return [
      {
        id: "canvas.add",
        label: "Add an operation",
        group: "Canvas",
        keys: ["Space"],
        icon: IconPlus,
        words: "insert node palette",
        when: editable,
        perform: () => {
          const screen = board.here();
          session.setState({ palette: { screen, at: board.at(screen) } });
        },
      },
      {
        id: "canvas.note",
        label: "Add a sticky note",
        group: "Canvas",
        keys: ["N"],
        icon: IconNote,
        words: "comment markdown",
        when: editable,
        perform: () => {
          const id = insertNote(live, board.at(board.here()));
          board.select(new Set([id]));
          session.setState({ editingNote: id });
        },
      },
      {
        id: "canvas.paste",
        label: "Paste",
        group: "Canvas",
        keys: ["Mod+V"],
        icon: IconClipboard,
        when: editable,
        perform: () => clipboard.paste(false),
      },
      {
        id: "canvas.paste-linked",
        label: "Paste with incoming connections",
        group: "Canvas",
        keys: ["Mod+Shift+V"],
        icon: IconClipboard,
        when: editable,
        perform: () => clipboard.paste(true),
      },
      {
        id: "canvas.undo",
        label: live.steps.undoLabel ? `Undo: ${live.steps.undoLabel}` : "Undo",
        group: "Canvas",
        keys: ["Mod+Z"],
        icon: IconArrowBackUp,
        when: () => live.undo.canUndo(),
        perform: () => void live.undo.undo(),
      },
      {
        id: "canvas.redo",
        label: live.steps.redoLabel ? `Redo: ${live.steps.redoLabel}` : "Redo",
        group: "Canvas",
        keys: ["Mod+Shift+Z", "Mod+Y"],
        icon: IconArrowForward,
        when: () => live.undo.canRedo(),
        perform: () => void live.undo.redo(),
      },
      {
        id: "canvas.all",
        label: "Select all",
        group: "Canvas",
        keys: ["Mod+A"],
        icon: IconSelectAll,
        when: active,
        perform: () => board.select(new Set(board.nodes.map((node) => node.id))),
      },
      {
        id: "canvas.tidy",
        label: "Tidy",
        group: "Canvas",
        keys: ["Shift+A"],
        icon: IconLayoutDistributeHorizontal,
        words: "layout arrange clean up",
        when: () => live.writable && graph().nodes.size > 1,
        perform: () =>
          void import("./tidy")
            .then(({ tidy }) => tidy(live, operations, board, new Set(session.getState().selection)))
            .catch((error: unknown) => failed(error, "The nodes were not laid out")),
      },
      {
        id: "canvas.find",
        label: "Find in this pipeline",
        group: "Canvas",
        keys: ["Mod+F"],
        icon: IconListSearch,
        when: active,
        perform: () => session.setState({ finding: true }),
      },

      {
        id: "node.edit",
        label: "Edit",
        group: "Nodes",
        keys: ["Enter"],
        icon: IconPencil,
        when: () =>
          active() &&
          board.focused() !== null &&
          document.activeElement?.matches(".react-flow__node") === true,
        perform: edit,
      },
      {
        id: "node.rename",
        label: "Rename",
        group: "Nodes",
        keys: ["F2"],
        icon: IconPencil,
        when: () => editable() && one() !== null,
        perform: () => session.setState({ renaming: one() }),
      },
      {
        id: "node.code",
        label: "Open its code",
        group: "Nodes",
        keys: ["E"],
        icon: IconCode,
        when: () => active() && file() !== "",
        perform: () => navigate(`/projects/${project}/code?path=${encodeURIComponent(file())}`),
      },
      {
        id: "node.connect",
        label: "Connect…",
        group: "Nodes",
        keys: ["C"],
        icon: IconPlug,
        words: "link wire",
        when: () => editable() && one() !== null,
        perform: () => session.setState({ linking: one() }),
      },
      {
        id: "node.bypass",
        label: "Bypass",
        group: "Nodes",
        keys: ["B"],
        icon: IconArrowForwardUp,
        when: () => some() && active(),
        perform: () => mark("bypass"),
      },
      {
        id: "node.mute",
        label: "Mute",
        group: "Nodes",
        keys: ["Mod+M"],
        icon: IconPlayerPause,
        when: some,
        perform: () => mark("mute"),
      },
      {
        id: "node.pin",
        label: "Pin its place",
        group: "Nodes",
        keys: ["P"],
        icon: IconPin,
        when: () => some() && active(),
        perform: () => mark("pin"),
      },
      {
        id: "node.detach",
        label: "Take out of its connections",
        group: "Nodes",
        keys: ["H"],
        icon: IconRoute,
        words: "heal unlink",
        when: () => some() && active() && connected(),
        perform: detach,
      },
      {
        id: "node.copy",
        label: "Copy",
        group: "Nodes",
        keys: ["Mod+C"],
        icon: IconCopy,
        when: () => targets().size > 0,
        perform: clipboard.copy,
      },
      {
        id: "node.cut",
        label: "Cut",
        group: "Nodes",
        keys: ["Mod+X"],
        icon: IconCut,
        when: () => live.writable && targets().size > 0,
        perform: clipboard.cut,
      },
      {
        id: "node.duplicate",
        label: "Duplicate",
        group: "Nodes",
        keys: ["Mod+D"],
        icon: IconCopy,
        when: some,
        perform: copies,
      },
      {
        id: "node.remove",
        label: "Delete",
        group: "Nodes",
        keys: ["Delete", "Backspace"],
        icon: IconTrash,
        words: "remove",
        when: () => something() && targets().size > 0,
        perform: () => removal(false),
      },
      {
        id: "node.remove-healing",
        label: "Delete and join what it connected",
        group: "Nodes",
        keys: ["Shift+Delete", "Shift+Backspace"],
        icon: IconTrash,
        when: () => some() && active(),
        perform: () => removal(true),
      },
      {
        id: "edge.remove",
        label: "Delete the connection",
        group: "Connections",
        keys: ["Delete", "Backspace"],
        icon: IconTrash,
        words: "disconnect",
        when: () => something() && targets().size === 0,
        perform: () => removal(false),
      },

      {
        id: "canvas.fit",
        label: "Fit into view",
        group: "View",
        keys: ["."],
        icon: IconFocusCentered,
        when: active,
        perform: fit,
      },
      {
        id: "canvas.full",
        label: "Zoom to 100 %",
        group: "View",
        keys: ["1"],
        icon: IconArrowsMaximize,
        when: active,
        perform: () => void board.flow.zoomTo(1, { duration: motion(200) }),
      },
      {
        id: "canvas.in",
        label: "Zoom in",
        group: "View",
        keys: ["="],
        icon: IconZoomIn,
        when: active,
        perform: () => void board.flow.zoomIn({ duration: motion(120) }),
      },
      {
        id: "canvas.out",
        label: "Zoom out",
        group: "View",
        keys: ["-"],
        icon: IconZoomOut,
        when: active,
        perform: () => void board.flow.zoomOut({ duration: motion(120) }),
      },
      {
        id: "canvas.minimap",
        label: minimap ? "Hide the map" : "Show the map",
        group: "View",
        keys: ["M"],
        icon: IconMap,
        words: "minimap overview",
        when: active,
        perform: () => showMinimap(!minimap),
      },
      {
        id: "canvas.outline",
        label: outline ? "Hide the outline" : "Show the outline",
        group: "View",
        keys: ["O"],
        icon: IconBinaryTree,
        words: "tree list nodes",
        when: active,
        perform: () => showOutline(!outline),
      },
      {
        id: "canvas.escape",
        label: "Select nothing",
        group: "Moving around",
        keys: ["Escape", "Esc"],
        when: () => active() && (session.getState().selection.size > 0 || session.getState().edges.size > 0),
        perform: selectNothing,
      },
      ...ARROWS.flatMap(([direction, key, step]): Action[] => [
        {
          id: `canvas.nudge-${direction}`,
          label: `Move ${direction}`,
          group: "Moving around",
          keys: [key],
          when: () => editable() && session.getState().selection.size > 0,
          perform: () => nudge(step, 1),
        },
        {
          id: `canvas.push-${direction}`,
          label: `Move ${direction} by ten`,
          group: "Moving around",
          keys: [`Shift+${key}`],
          when: () => editable() && session.getState().selection.size > 0,
          perform: () => nudge(step, 10),
        },
        {
          id: `canvas.go-${direction}`,
          label: `Go to the next node ${direction}`,
          group: "Moving around",
          keys: [key],
          when: () => active() && session.getState().selection.size === 0 && board.focused() !== null,
          perform: () => travel(direction, false),
        },
        {
          id: `canvas.pick-${direction}`,
          label: `Select the next node ${direction}`,
          group: "Moving around",
          keys: [`Mod+${key}`],
          when: active,
          perform: () => travel(direction, true),
        },
      ]),
    ];
  }, [
    live,
    project,
    operations,
    board,
    session,
    navigate,
    clipboard,
    minimap,
    outline,
    live.steps.undoLabel,
    live.steps.redoLabel,
    live.writable,
  ]);
}
