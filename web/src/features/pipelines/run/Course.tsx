/** The metrics of the job that is shown, as lines beside the jobs. */
import { SeriesChart } from "@/parts/feedback/SeriesChart";
import { lossesFirst } from "@/parts/feedback/series/groups";
import type { Job, Run } from "@/state/run";
import css from "./run.module.css";

/** Charts that are drawn at once. */
const MOST = 8;

export default function Course({ run, job }: { run: Run; job: Job }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
    <section className={css.charts} aria-label="Metrics" tabIndex={0}>
      {lossesFirst(Object.keys(job.metrics), (name) => name)
        .slice(0, MOST)
        .map((name) => (
          <SeriesChart
            key={name}
            title={`${name} of ${job.name}`}
            series={[{ run: run.id, name, job: job.id }]}
            height={120}
            syncKey={run.id}
          />
        ))}
    </section>
  );
}
