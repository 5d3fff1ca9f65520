/** The actions that concern the drawing as a whole. */
import {
  IconArrowBackUp,
  IconArrowForward,
  IconClipboard,
  IconLayoutDistributeHorizontal,
  IconListSearch,
  IconNote,
  IconPlus,
  IconSelectAll,
} from "@tabler/icons-react";
import type { Action } from "@/state/actions";
import { patiently } from "@/state/lazily";
import { failed } from "@/state/toasts";
import type { Scope } from "./commands";
import { insertNote } from "./inserting";

export function canvasActions({ commands, live, operations, board, session, clipboard }: Scope): Action[] {
  const { active, editable } = commands;
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
      perform: () => board.select(new Set(board.past ? [] : board.nodes.map((node) => node.id))),
    },
    {
      id: "canvas.tidy",
      label: "Tidy",
      group: "Canvas",
      keys: ["Shift+A"],
      icon: IconLayoutDistributeHorizontal,
      words: "layout arrange clean up",
      when: () => live.writable && !board.past && commands.graph.nodes.size > 1,
      perform: () =>
        void patiently(() => import("./tidy"))
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
      perform: () => session.setState(({ finding }) => ({ finding: finding + 1 })),
    },
  ];
}
