/** The frame and the sign of a node that differs; drawn again only when its change or its place does. */
import { memo } from "react";
import type { NodeDiff } from "@/graph/diff";
import type { Box } from "@/graph/geometry";
import type { NodeId } from "@/graph/model";
import { inWords } from "@/parts/history/Values";
import { useComparison, useComparisonStore } from "./comparison";
import css from "./history.module.css";
import { useLiveBox } from "./places";
import { type Kind, SIGNS } from "./tour";

interface ChangeMarkProps {
  id: NodeId;
  diff: NodeDiff;
  /** Where it was. */
  ghost?: Box;
}

export const ChangeMark = memo(function ChangeMark({ id, diff, ghost }: ChangeMarkProps) {
  const live = useLiveBox(id);
  const store = useComparisonStore();
  const isLookedAt = useComparison((state) => state.at === id);
  const box = live ?? ghost;
  const kind = diff.status as Kind;
  if (!box) return null;
  const name = (diff.after ?? diff.before)?.name;
  return (
    <div
      className={`${css.mark} ${css[kind]} ${isLookedAt ? css.looked : ""}`}
      style={{ translate: `${box.x}px ${box.y}px`, width: box.width, height: box.height }}
      data-mark={kind}
      data-name={name}
    >
      <button
        type="button"
        tabIndex={-1}
        className={`${css.badge} nodrag nopan nokey`}
        data-change={id}
        aria-label={`${name}, ${kind}`}
        onClick={() => store.setState({ at: id })}
      >
        {SIGNS[kind]}
      </button>
      <span id={`change-${id}`} className="hidden-words">
        {[kind, ...diff.differences.map(inWords)].join("; ")}
      </span>
    </div>
  );
});
