/** One pipeline as a card: a picture of it, its name, and how its last run ended. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import type { Operations } from "@/graph/operation";
import { graphFrom } from "@/graph/reading";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import { StateMark } from "@/parts/StateMark";
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
  return (
    <li className={css.card}>
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
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              className={css.dots}
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Actions for ${pipeline.name}`}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={onRename}>
              Rename
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={15} />} onClick={onDuplicate}>
              Duplicate
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={15} />} onClick={onDelete}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}
