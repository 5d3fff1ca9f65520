/** A small picture of a pipeline. */
import { useMemo } from "react";
import { graphFrom, type WrittenNode } from "@/graph/reading";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import css from "./home.module.css";

interface Drawn {
  name: string;
  nodes: readonly WrittenNode[];
}

interface GraphPictureProps {
  pipeline: Drawn | null | undefined;
  /** What stands there without nodes. */
  words?: string;
}

export function GraphPicture({ pipeline, words = "No nodes yet" }: GraphPictureProps) {
  const graph = useMemo(() => graphFrom(pipeline?.nodes ?? []), [pipeline]);
  return (
    <div className={css.picture} aria-hidden>
      {graph.nodes.size > 0 ? (
        <GraphDrawing graph={graph} label={`The pipeline ${pipeline?.name}`} compact />
      ) : (
        <span>{words}</span>
      )}
    </div>
  );
}
