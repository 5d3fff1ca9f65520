/** Why a job failed: what was said, where, and the way to the line. */
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Job, Run } from "@/state/run";
import css from "./page.module.css";

export function FailureCard({ run, job }: { run: Run; job: Job }) {
  const failure = job.error!;
  const frames = failure.frames.filter(({ project_file }) => project_file).reverse();
  const here = `/projects/${run.project}/runs/${run.id}`;
  return (
    <section className={css.failure} aria-label={`Failure of ${job.name}`}>
      <h2>
        <IconAlertTriangle size={17} stroke={1.8} aria-hidden /> {job.name} failed
      </h2>
      <p className={css.said}>
        <b>{failure.kind}</b>: {failure.message}
      </p>
      {failure.hint && <p>{failure.hint}</p>}
      {frames.length > 0 && (
        <ol className={css.frames}>
          {frames.map((frame) => {
            const where = `path=${encodeURIComponent(frame.project_file!)}&line=${frame.line}`;
            return (
              <li key={`${frame.project_file}:${frame.line}`}>
                <code>
                  {frame.project_file}:{frame.line}
                </code>{" "}
                in {frame.function}
                <Link to={`${here}?tab=code&${where}`}>as it was</Link>
                <Link to={`/projects/${run.project}/code?${where}`}>open in the editor</Link>
                {frame.code && <pre>{frame.code}</pre>}
              </li>
            );
          })}
        </ol>
      )}
      <p>
        <Link to={`${here}?tab=log&job=${job.id}`}>Log of {job.name}</Link>
      </p>
      {failure.traceback && (
        <details>
          <summary>Traceback</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard */}
          <pre tabIndex={0}>{failure.traceback}</pre>
        </details>
      )}
    </section>
  );
}
