/** The actions that change what is seen. */
import {
  IconArrowsMaximize,
  IconBinaryTree,
  IconFocusCentered,
  IconHistory,
  IconMap,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { Action } from "@/state/actions";
import type { ShownHistory } from "../history/address";
import type { ComparisonStore } from "../history/comparison";
import { motion } from "./board";
import type { Scope } from "./commands";
import type { CanvasSession } from "./session";
import type { useCanvasViews } from "./views";

const isTyping = (): boolean => document.activeElement?.matches("input, textarea") ?? false;

function nothingIsSelected(session: CanvasSession): boolean {
  const { selection, edges } = session.getState();
  return selection.size + edges.size === 0;
}

export function viewActions(
  { commands, board, session }: Scope,
  shown: ReturnType<typeof useCanvasViews>,
  history: ShownHistory,
  comparison: ComparisonStore,
): Action[] {
  const { active } = commands;
  const { minimap, showMinimap, outline, showOutline } = shown;
  return [
    {
      id: "canvas.fit",
      label: "Fit into view",
      group: "View",
      keys: ["."],
      icon: IconFocusCentered,
      when: active,
      perform: () => void board.fit(session.getState().selection, 1.25),
    },
    {
      id: "canvas.full",
      label: "Zoom to 100 %",
      group: "View",
      keys: ["1"],
      icon: IconArrowsMaximize,
      when: active,
      perform: () => void board.flow.zoomTo(1, { duration: board.pace(200) }),
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
      id: "canvas.history",
      label: "History of this pipeline",
      group: "View",
      keys: ["Shift+H"],
      icon: IconHistory,
      words: "versions compare difference restore go back",
      perform: () => {
        if (history.open) return history.close();
        comparison.setState({ opener: document.activeElement });
        history.show();
      },
    },
    {
      id: "canvas.close-history",
      label: "Close the history",
      group: "View",
      keys: ["Esc"],
      when: () => history.open && active() && !isTyping() && nothingIsSelected(session),
      perform: history.close,
    },
  ];
}
