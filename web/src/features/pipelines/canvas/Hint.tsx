/** A sentence beside the pointer: what would happen on release, or why it is refused. */
import { useBoard } from "./board";
import css from "./canvas.module.css";
import { useCanvas } from "./session";

export function Hint() {
  const hint = useCanvas((state) => state.hint);
  const board = useBoard();
  const rect = board.element?.getBoundingClientRect();
  if (!hint || !rect) return <div role="status" aria-live="polite" className="hidden-words" />;
  const left = Math.max(8, Math.min(hint.screen[0] - rect.left + 16, rect.width - 300));
  const top = Math.max(8, Math.min(hint.screen[1] - rect.top + 18, rect.height - 70));
  return (
    <div
      role="status"
      aria-live="polite"
      className={`${css.hint} ${hint.refused ? css.refused : ""}`}
      style={{ left, top }}
    >
      {hint.text}
    </div>
  );
}
