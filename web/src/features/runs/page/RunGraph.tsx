/** The graph of a run as it was, with the state of each node as it is now. */
import { ActionIcon } from "@mantine/core";
import { IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { type CSSProperties, useMemo, useState } from "react";
import { Link } from "react-router";
import { useProject } from "@/api/queries";
import { graphFrom, idOf, operationsFrom } from "@/graph/reading";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import { type Run, shownState, useDocument } from "@/state/run";
import { count } from "@/ui/time";
import css from "./page.module.css";

/** A graph of more nodes is not drawn here. */
const MOST_DRAWN = 1000;
/** Of more nodes only the names and states are drawn. */
const FEW = 40;
/** How small a node may become, as a share of its size on the canvas, before the drawing is scrolled. */
const SMALLEST = 0.18;
const CLOSEST = 8;

interface RunGraphProps {
  run: Run;
  job: string | null;
  onJob: (job: string | null) => void;
}

export function RunGraph({ run, job, onJob }: RunGraphProps) {
  const { data: document } = useDocument(run.id);
  const { data: project } = useProject(run.project);
  const graph = useMemo(() => graphFrom(document?.nodes ?? []), [document]);
  const operations = useMemo(() => operationsFrom(project?.operations ?? []), [project?.operations]);
  const states = useMemo(
    () => new Map(run.jobs.map((one) => [idOf(one.name), shownState(one)] as const)),
    [run.jobs],
  );
  const [zoom, setZoom] = useState(1);
  const nodes = graph.nodes.size;
  if (nodes === 0) return null;
  if (nodes > MOST_DRAWN)
    return (
      <p className={css.aside}>
        The graph has {count(nodes, "node")}, too many for a drawing at a glance.{" "}
        <Link to={`/projects/${run.project}/pipelines/edit?name=${encodeURIComponent(run.pipeline)}`}>
          Open the pipeline
        </Link>
      </p>
    );
  const isLarge = nodes > FEW;
  const chosen = run.jobs.find(({ id }) => id === job);
  const drawing = (
    <GraphDrawing
      graph={graph}
      operations={operations}
      label={`The pipeline ${run.pipeline} as it was`}
      states={states}
      compact={isLarge}
      sized={isLarge ? atZoom(zoom) : undefined}
      selected={chosen ? idOf(chosen.name) : null}
      onSelect={(node) => onJob(run.jobs.find(({ name }) => idOf(name) === node)?.id ?? null)}
    />
  );
  if (!isLarge)
    return (
      <section className={css.graph} aria-label="Graph">
        {drawing}
      </section>
    );
  return (
    <section className={css.large} aria-label="Graph">
      <div className={css.scrolled}>{drawing}</div>
      <div className={css.zoom}>
        <ActionIcon
          variant="default"
          aria-label="Zoom out"
          disabled={zoom <= 1}
          onClick={() => setZoom(zoom / 2)}
        >
          <IconZoomOut size={16} stroke={1.7} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label="Zoom in"
          disabled={zoom >= CLOSEST}
          onClick={() => setZoom(zoom * 2)}
        >
          <IconZoomIn size={16} stroke={1.7} />
        </ActionIcon>
      </div>
    </section>
  );
}

/** All of it in its box, unless nodes become too small, and never larger than on the canvas. */
const atZoom =
  (zoom: number) =>
  (width: number, height: number): CSSProperties => ({
    height: "auto",
    margin: "0 auto",
    width:
      `clamp(${Math.round(SMALLEST * zoom * width)}px, ` +
      `min(100%, var(--tall) * ${(width / height).toFixed(3)}) * ${zoom}, ${Math.round(width)}px)`,
  });
