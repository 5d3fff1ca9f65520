/** The state of a run or a job: a shape, a colour and a word. */
import {
  IconAlertCircleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleDotted,
  IconCircleMinus,
  IconCircleXFilled,
  IconClockHour4,
  IconDatabase,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { ShownState } from "@/state/run";
import css from "./state-mark.module.css";

/** The shape of each state. */
export const STATE_SHAPES: Record<
  ShownState,
  ComponentType<{ size?: number | string; x?: number; y?: number }>
> = {
  pending: IconCircleDotted,
  queued: IconClockHour4,
  running: IconPlayerPlayFilled,
  success: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  canceled: IconCircleMinus,
  skipped: IconCircleDashed,
  cached: IconDatabase,
  stale: IconAlertCircleFilled,
};

export function StateMark({ state, word, size = 12 }: { state: ShownState; word?: string; size?: number }) {
  const Mark = STATE_SHAPES[state];
  return (
    <span className={`${css.mark} ${css[state]}`}>
      <Mark size={size} aria-hidden />
      <span>{word ?? state}</span>
    </span>
  );
}
