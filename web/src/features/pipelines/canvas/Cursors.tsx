/** Where the others point, and following somebody's view. */
import { useReactFlow, ViewportPortal } from "@xyflow/react";
import { useEffect } from "react";
import { show, useFollow, useOthers } from "@/state/presence";
import { motion, useBoard } from "./board";
import css from "./canvas.module.css";
import { useEditor } from "./editor";

export function Cursors() {
  const { document } = useEditor();
  const others = useOthers(document).filter(({ cursor }) => Array.isArray(cursor)); // in a text it is another kind
  if (others.length === 0) return null;
  return (
    <ViewportPortal>
      {others.map((person) => (
        <span
          key={person.client}
          className={css.cursor}
          style={{
            background: person.user.color,
            translate: `${person.cursor?.[0] ?? 0}px ${person.cursor?.[1] ?? 0}px`,
          }}
        >
          {person.user.name}
        </span>
      ))}
    </ViewportPortal>
  );
}

/** Go where the person looks whom I follow; a move of my own ends it. */
export function useFollowing(): void {
  const { document } = useEditor();
  const flow = useReactFlow();
  const board = useBoard();
  const { person, stop } = useFollow(document);
  const [x, y, zoom] = person?.view ?? [];
  useEffect(() => {
    if (x !== undefined && y !== undefined) void flow.setCenter(x, y, { zoom, duration: motion(150) });
  }, [x, y, zoom, flow]);
  useEffect(() => {
    if (!person) return;
    const element = board.element;
    const ends = (["wheel", "pointerdown"] as const).map((kind) => {
      element?.addEventListener(kind, stop, { passive: true, capture: true });
      return () => element?.removeEventListener(kind, stop, { capture: true });
    });
    return () => {
      for (const end of ends) end();
    };
  }, [person, stop, board]);
}

/** Tell the others where I point and what I see. */
export function useShownPlace(): {
  point: (event: React.PointerEvent) => void;
  leave: () => void;
  look: () => void;
} {
  const { document } = useEditor();
  const board = useBoard();
  return {
    point: (event) => {
      board.pointer = [event.clientX, event.clientY];
      show(document, { cursor: board.at([event.clientX, event.clientY]) });
    },
    leave: () => {
      board.pointer = null;
      show(document, { cursor: null });
    },
    look: () => {
      const rect = board.element?.getBoundingClientRect();
      if (rect)
        show(document, {
          view: [...board.at([rect.left + rect.width / 2, rect.top + rect.height / 2]), board.zoom],
        });
    },
  };
}
