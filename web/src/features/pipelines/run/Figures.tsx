/** What the run shows while it runs: its metrics as lines. */
import { SeriesChart } from "@/parts/feedback/SeriesChart";
import { Empty } from "@/ui/Empty";
import type { Job, Run } from "./lastRun";
import css from "./run.module.css";

/** Charts that are drawn at once; of more metrics, those of the job that is shown come first. */
const MOST = 12;

export default function Figures({ run, job }: { run: Run; job: Job | null }) {
  const names = metricsOf(run, job);
  if (names.length === 0)
    return (
      <Empty title="Nothing to draw yet">What operations log with deepforge.log appears here as lines.</Empty>
    );
  return (
    <div className={css.figures}>
      {names.slice(0, MOST).map((name) => (
        <div key={name} className={css.chart}>
          <SeriesChart title={name} series={[{ run: run.id, name }]} height={150} syncKey={run.id} />
        </div>
      ))}
    </div>
  );
}

/** The metrics of a run, those of the job that is shown first. */
function metricsOf(run: Run, job: Job | null): string[] {
  const first = Object.keys(job?.metrics ?? {});
  return [...new Set([...first, ...run.jobs.flatMap((one) => Object.keys(one.metrics))])];
}
