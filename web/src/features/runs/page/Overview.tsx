/** What there is to know of a run at one glance: what failed, its graph, its jobs and last values. */
import { useMemo } from "react";
import { Link } from "react-router";
import { useProject } from "@/api/queries";
import { graphFrom, idOf, operationsFrom } from "@/graph/reading";
import { GraphDrawing } from "@/parts/graph/GraphDrawing";
import { type Run, shownState, useDocument } from "@/state/run";
import { count, number } from "@/ui/time";
import { FailureCard } from "./FailureCard";
import { JobTable } from "./JobTable";
import css from "./page.module.css";

interface OverviewProps {
  run: Run;
  job: string | null;
  onGo: (change: Record<string, string | null>) => void;
}

/** A graph of more nodes is not drawn here. */
const MOST_DRAWN = 150;
const MOST_FAILURES = 3;

export function Overview({ run, job, onGo }: OverviewProps) {
  const { data: document } = useDocument(run.id);
  const { data: project } = useProject(run.project);
  const graph = useMemo(() => graphFrom(document?.nodes ?? []), [document]);
  const operations = useMemo(() => operationsFrom(project?.operations ?? []), [project?.operations]);
  const states = useMemo(
    () => new Map(run.jobs.map((one) => [idOf(one.name), shownState(one)] as const)),
    [run.jobs],
  );
  const failures = run.jobs.filter(({ error }) => error);
  const metrics = Object.entries(run.metrics as Record<string, number | null>);
  const chosen = run.jobs.find(({ id }) => id === job);
  return (
    <div className={css.overview}>
      {failures.slice(0, MOST_FAILURES).map((one) => (
        <FailureCard key={one.id} run={run} job={one} />
      ))}
      {failures.length > MOST_FAILURES && <p>{failures.length - MOST_FAILURES} more jobs failed.</p>}
      {graph.nodes.size > 0 && graph.nodes.size <= MOST_DRAWN && (
        <section className={css.graph} aria-label="Graph">
          <GraphDrawing
            graph={graph}
            operations={operations}
            label={`The pipeline ${run.pipeline} as it was`}
            states={states}
            selected={chosen ? idOf(chosen.name) : null}
            onSelect={(node) => onGo({ job: run.jobs.find(({ name }) => idOf(name) === node)?.id ?? null })}
          />
        </section>
      )}
      {graph.nodes.size > MOST_DRAWN && (
        <p className={css.aside}>
          The graph has {count(graph.nodes.size, "node")}, too many for a drawing at a glance.{" "}
          <Link to={`/projects/${run.project}/pipelines/edit?name=${encodeURIComponent(run.pipeline)}`}>
            Open the pipeline
          </Link>
        </p>
      )}
      {metrics.length > 0 && (
        <section aria-label="Last values">
          <h2>Last values</h2>
          <dl className={css.values}>
            {metrics.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="number">{number(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <JobTable run={run} job={job} onGo={onGo} />
    </div>
  );
}
