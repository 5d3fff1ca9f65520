/** The foot of a node: progress and the course of its first series while it runs, else what is set on it. */
import { memo } from "react";
import { Link } from "react-router";
import type { GraphNode } from "@/graph/model";
import type { Operation } from "@/graph/operation";
import { codeAddress } from "../panel/codeAddress";
import { tellsWhy } from "../run/why";
import { useEditor } from "./editor";
import css from "./node.module.css";
import type { NodeOverlay } from "./overlay";

interface NodeFootProps {
  node: GraphNode;
  operation: Operation | undefined;
  overlay: NodeOverlay | undefined;
}

export const NodeFoot = memo(function NodeFoot({ node, operation, overlay }: NodeFootProps) {
  const { project } = useEditor();
  const [problem] = overlay?.problems ?? [];
  const failure = overlay?.state === "failed" ? overlay.reason : undefined;
  const wrong = failure ?? problem;
  const place = failure && overlay?.place;
  return (
    <footer className={css.foot} {...tellsWhy}>
      {overlay?.spark && overlay.spark.length > 1 && <Spark points={overlay.spark} />}
      {overlay?.progress !== undefined ? (
        <div className={css.progress}>
          {overlay.facts && <span>{overlay.facts}</span>}
          <span
            className={css.bar}
            role="progressbar"
            aria-label={`Progress of ${node.name}`}
            aria-valuenow={Math.round(overlay.progress * 100)}
          >
            <b style={{ width: `${Math.min(1, overlay.progress) * 100}%` }} />
          </span>
          {overlay.left && <span>{overlay.left}</span>}
        </div>
      ) : place ? (
        <Link
          className={`${css.wrong} nodrag`}
          to={codeAddress(project, place.file, place.line)}
          draggable={false}
          onClick={(event) => event.stopPropagation()}
        >
          {wrong}
        </Link>
      ) : wrong ? (
        <span className={css.wrong}>{wrong}</span>
      ) : (
        <span>{overlay?.facts ?? (summary(node) || firstLine(operation?.doc))}</span>
      )}
    </footer>
  );
});

function Spark({ points }: { points: readonly number[] }) {
  const finite = points.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const height = high - low || 1;
  const path = finite
    .map(
      (value, index) =>
        `${((index / (finite.length - 1)) * 184).toFixed(1)},${(26 - ((value - low) / height) * 24).toFixed(1)}`,
    )
    .join(" ");
  return (
    <svg className={css.spark} viewBox="0 0 184 28" preserveAspectRatio="none" aria-hidden>
      <polyline points={path} />
    </svg>
  );
}

/** The attributes that are set: `epochs 12 · test_fraction 0.2`. */
function summary(node: GraphNode): string {
  const set = [
    ...Object.entries(node.attributes),
    ...Object.entries(node.references).map(([name, target]) => [name, target.split(".").at(-1)] as const),
  ];
  return set.map(([name, value]) => `${name} ${shown(value)}`).join(" · ");
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)) ?? "";
}

function firstLine(doc: string | undefined): string {
  return doc?.split("\n")[0] ?? "";
}
