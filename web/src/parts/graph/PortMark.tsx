/** The shape of a port as a small picture, for nodes, menus and legends. */
import type { Family } from "@/graph/family";
import css from "./graph.module.css";
import { PortShape } from "./PortShape";

export function PortMark({
  family,
  known = true,
  size = 16,
}: {
  family: Family;
  known?: boolean;
  size?: number;
}) {
  return (
    <svg className={css.mark} width={size} height={size} viewBox="-12 -12 24 24" aria-hidden>
      <PortShape family={family} known={known} />
    </svg>
  );
}
