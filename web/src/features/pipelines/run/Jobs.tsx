/** The jobs of a run: where each stands, how long it took, why it ran, and what went wrong. */

import { Suspense } from "react";
import { StateMark } from "@/parts/StateMark";
import { lazily } from "@/state/lazily";
import type { Job, Run } from "@/state/run";
import { Lasted } from "@/ui/Time";
import { number } from "@/ui/time";
import { openDrawer } from "./drawerState";
import css from "./run.module.css";
import { Trouble } from "./Trouble";

const Course = lazily(() => import("./Course"));

interface JobsProps {
  run: Run;
  project: string;
  shown: Job | null;
}

export function Jobs({ run, project, shown }: JobsProps) {
  const measured = measuredJob(run, shown);
  return (
    <div className={measured ? css.split : css.whole}>
      <div className={css.scroll}>
        <table className={css.jobs}>
          <thead>
            <tr>
              <th>Node</th>
              <th>State</th>
              <th data-column="took">Took</th>
              <th>Why</th>
              <th data-column="values">Last values</th>
            </tr>
          </thead>
          <tbody>
            {run.jobs.map((job) => (
              <tr key={job.id} className={shown?.id === job.id ? css.shown : undefined}>
                <td>
                  <button type="button" className={css.link} onClick={() => openDrawer("log", job.id)}>
                    {job.name}
                  </button>
                </td>
                <td>
                  <StateMark state={job.cached ? "cached" : job.state} />
                </td>
                <td data-column="took">
                  {job.started && !job.cached && <Lasted from={job.started} to={job.ended} />}
                </td>
                <td>{job.error ? <Trouble job={job} project={project} /> : job.reason}</td>
                <td className="number" data-column="values">
                  {values(job)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {measured && (
        <Suspense fallback={null}>
          <Course run={run} job={measured} />
        </Suspense>
      )}
    </div>
  );
}

/** The job whose metrics are drawn: the one that is shown, or the last one that has any. */
function measuredJob(run: Run, shown: Job | null): Job | undefined {
  const has = (job: Job) => Object.keys(job.metrics).length > 0;
  return shown && has(shown) ? shown : run.jobs.findLast(has);
}

function values(job: Job): string {
  return Object.entries(job.metrics)
    .slice(0, 4)
    .map(([name, value]) => `${name} ${number(value ?? null)}`)
    .join(" · ");
}
