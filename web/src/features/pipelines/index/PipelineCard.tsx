/** One pipeline as a card: a picture of it, its name, and how its last run ended. */
import { IconAlertTriangle, IconCopy, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import type { Operations } from "@/graph/operation";
import { graphFrom } from "@/graph/reading";
import { DotsMenu } from "@/parts/DotsMenu";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import { StateMark } from "@/parts/StateMark";
import type { Action } from "@/state/actions";
import { useThing } from "@/state/thing";
import { Ago } from "@/ui/Time";
import { count } from "@/ui/time";
import { editAddress, type Pipeline } from "./files";
import css from "./index.module.css";

interface PipelineCardProps {
  project: string;
  pipeline: Pipeline;
  operations: Operations;
  run: Schemas["RunSummary"] | undefined;
  onRename: () => void;
  onDuplicate: () => void;
  onDelete: () => void;
}

export function PipelineCard({
  project,
  pipeline,
  operations,
  run,
  onRename,
  onDuplicate,
  onDelete,
}: PipelineCardProps) {
  const graph = useMemo(() => graphFrom(pipeline.nodes), [pipeline.nodes]);
  const errors = pipeline.problems.filter((problem) => problem.severity === "error").length;
  const { actions, thing } = useThing<HTMLLIElement>(
    "pipeline",
    pipeline.name,
    (): Action[] => [
      {
        id: "pipelines.rename",
        label: "Rename",
        group: "Pipelines",
        keys: ["F2"],
        icon: IconPencil,
        perform: onRename,
      },
      {
        id: "pipelines.duplicate",
        label: "Duplicate",
        group: "Pipelines",
        icon: IconCopy,
        perform: onDuplicate,
      },
      {
        id: "pipelines.delete",
        label: "Delete",
        group: "Pipelines",
        keys: ["Delete"],
        icon: IconTrash,
        perform: onDelete,
      },
    ],
    [onRename, onDuplicate, onDelete],
  );
  return (
    <li className={css.card} {...thing}>
      <div className={css.picture}>
        {graph.nodes.size > 0 ? (
          <GraphDrawing graph={graph} operations={operations} label={`Picture of ${pipeline.name}`} compact />
        ) : (
          <span className={css.nothing}>empty</span>
        )}
      </div>
      <Link to={editAddress(project, pipeline.name)} className={css.open}>
        {pipeline.name}
      </Link>
      <div className={css.facts}>
        {run ? (
          <>
            <StateMark state={run.state} />
            <span>
              <Ago time={run.created} />
              {run.author && ` by ${run.author}`}
            </span>
          </>
        ) : (
          <span>{count(graph.nodes.size, "node")}, never run</span>
        )}
        {errors > 0 && graph.nodes.size > 0 && (
          <span className={css.errors}>
            <IconAlertTriangle size={13} aria-hidden /> {count(errors, "problem")}
          </span>
        )}
        <DotsMenu name={pipeline.name} actions={actions} className={css.dots} />
      </div>
    </li>
  );
}
