/** What there is to know of a run at one glance: what failed, its graph, its jobs and last values. */
import type { Run } from "@/state/run";
import { count, number } from "@/ui/time";
import { FailureCard } from "./FailureCard";
import { JobTable } from "./JobTable";
import css from "./page.module.css";
import { RunGraph } from "./RunGraph";

interface OverviewProps {
  run: Run;
  job: string | null;
  onGo: (change: Record<string, string | null>) => void;
}

const MOST_FAILURES = 3;

export function Overview({ run, job, onGo }: OverviewProps) {
  const failures = run.jobs.filter(({ error }) => error);
  const metrics = Object.entries(run.metrics as Record<string, number | null>);
  return (
    <div className={css.overview}>
      {failures.slice(0, MOST_FAILURES).map((one) => (
        <FailureCard key={one.id} run={run} job={one} />
      ))}
      {failures.length > MOST_FAILURES && <p>{count(failures.length - MOST_FAILURES, "more job")} failed.</p>}
      <RunGraph run={run} job={job} onJob={(chosen) => onGo({ job: chosen })} />
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
