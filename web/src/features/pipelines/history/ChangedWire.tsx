/** A connection that was added or removed: a halo under it or a dashed line, and its sign at the middle. */
import { memo } from "react";
import type { Edge } from "@/graph/model";
import { edgePath } from "@/graph/path";
import css from "./history.module.css";
import { type Ghost, useEnds } from "./places";
import { type Kind, SIGNS } from "./tour";

export const AddedWire = memo(function AddedWire({ edge }: { edge: Edge }) {
  return <Changed ends={useEnds(edge)} kind="added" />;
}, isSame);

interface RemovedWireProps {
  edge: Edge;
  from?: Ghost;
  to?: Ghost;
}

export const RemovedWire = memo(function RemovedWire({ edge, from, to }: RemovedWireProps) {
  return <Changed ends={useEnds(edge, from, to)} kind="removed" />;
}, isSame);

function isSame(one: RemovedWireProps, other: RemovedWireProps): boolean {
  const { edge, from, to } = other;
  const isEdge =
    one.edge.id === edge.id && one.edge.source === edge.source && one.edge.output === edge.output;
  return isEdge && one.from === from && one.to === to;
}

function Changed({ ends, kind }: { ends: readonly number[] | null; kind: Kind }) {
  if (!ends) return null;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ends;
  return (
    <g className={css[kind]}>
      <path className={css[`wire-${kind}`]} d={edgePath([x1, y1], [x2, y2])} />
      <g className={css.sign} transform={`translate(${(x1 + x2) / 2} ${(y1 + y2) / 2})`}>
        <circle r={8} />
        <text textAnchor="middle" dominantBaseline="central">
          {SIGNS[kind]}
        </text>
      </g>
    </g>
  );
}
