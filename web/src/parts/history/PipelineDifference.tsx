/** What differs in a pipeline, drawn: green + for what was added, red − for removed, amber ~ for changed. */
import { useMemo, useState } from "react";
import { counts, diffGraphs } from "@/graph/diff";
import { EMPTY, type NodeId } from "@/graph/model";
import { graphFrom } from "@/graph/reading";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import css from "./history.module.css";
import type { Difference } from "./queries";
import { Values } from "./Values";

type PipelineChange = Difference["pipelines"][number];

export function PipelineDifference({ change }: { change: PipelineChange }) {
  const [selected, setSelected] = useState<NodeId | null>(null);
  const diff = useMemo(
    () =>
      diffGraphs(
        change.before ? graphFrom(change.before.nodes) : EMPTY,
        change.after ? graphFrom(change.after.nodes) : EMPTY,
      ),
    [change],
  );
  if (change.diff.problem)
    return (
      <p className={css.aside}>It cannot be drawn, since one side cannot be read: {change.diff.problem}</p>
    );
  const found = counts(diff);
  const words = (["added", "removed", "changed", "moved"] as const)
    .filter((kind) => found[kind] > 0)
    .map((kind) => `${found[kind]} ${kind}`)
    .join(", ");
  const node = selected === null ? undefined : diff.nodes.get(selected);
  return (
    <figure className={css.drawn}>
      <div className={css.canvas}>
        <GraphDrawing
          graph={diff.graph}
          diff={diff}
          label={`The pipeline ${change.diff.name}: ${words || "no node differs"}`}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      <figcaption>
        {node ? (
          <>
            <strong>{(node.after ?? node.before)?.name}</strong> was{" "}
            {node.status === "same" ? "left as it is" : node.status}
            {node.differences.length > 0 && <Values changes={node.differences} />}
          </>
        ) : (
          `${words ? `Nodes: ${words}.` : "No node differs."} Choose a node to see its values.`
        )}
      </figcaption>
    </figure>
  );
}
