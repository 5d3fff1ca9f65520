/** What of a node differs, beside the node that is pointed at or that one has gone to. */
import type { NodeDiff } from "@/graph/diff";
import type { Box } from "@/graph/geometry";
import type { NodeId } from "@/graph/model";
import { Values } from "@/parts/history/Values";
import css from "./history.module.css";
import { useLiveBox } from "./places";

interface ChangeCardProps {
  id: NodeId;
  diff: NodeDiff;
  ghost?: Box;
}

export function ChangeCard({ id, diff, ghost }: ChangeCardProps) {
  const box = useLiveBox(id) ?? ghost;
  if (!box) return null;
  return (
    <div
      className={css.card}
      style={{ translate: `${box.x}px ${box.y + box.height}px` }}
      role="tooltip"
      data-change-card
    >
      <b className={css[diff.status]}>
        {(diff.after ?? diff.before)?.name} was {diff.status}
      </b>
      {diff.differences.length > 0 && <Values changes={diff.differences} />}
    </div>
  );
}
