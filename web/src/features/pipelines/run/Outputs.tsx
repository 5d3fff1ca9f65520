/** What the jobs of a run gave, and the artifacts that it saved: each leads to where it is shown. */
import type { ReactNode } from "react";
import { Link } from "react-router";
import { hasEnded, type Job, type Run } from "@/state/run";
import { Empty } from "@/ui/Empty";
import { bytes } from "@/ui/time";
import css from "./run.module.css";

interface OutputsProps {
  run: Run;
  job: Job | null;
  project: string;
  /** What one can do where there are none. */
  action: ReactNode;
}

export default function Outputs({ run, job, project, action }: OutputsProps) {
  const rows = run.jobs.flatMap((one) => one.outputs.map((output) => ({ job: one, output })));
  if (rows.length === 0 && run.artifacts.length === 0)
    return hasEnded(run) ? (
      <Empty title="No outputs" action={action}>
        No job of this run has given anything.
      </Empty>
    ) : (
      <Empty title="No outputs yet" action={action}>
        They appear as soon as a job has succeeded.
      </Empty>
    );
  const saved = new Map(
    run.artifacts.map((artifact) => [artifact.digest, artifactAddress(project, artifact)]),
  );
  return (
    <div className={css.scroll}>
      <table className={css.jobs}>
        <thead>
          <tr>
            <th>Output</th>
            <th>Type</th>
            <th>Size</th>
            <th>Digest</th>
          </tr>
        </thead>
        <tbody>
          {run.artifacts.map((artifact) => (
            <tr key={`${artifact.name}@${artifact.version}`}>
              <td>
                <Link to={artifactAddress(project, artifact)}>
                  {artifact.name}@{artifact.version}
                </Link>
                <small> artifact</small>
              </td>
              <td>{artifact.type}</td>
              <td className="number">{bytes(artifact.size)}</td>
              <td className={css.mono}>{artifact.digest.slice(0, 8)}</td>
            </tr>
          ))}
          {rows.map(({ job: maker, output }) => (
            <tr key={`${maker.id}.${output.name}`} className={job?.id === maker.id ? css.shown : undefined}>
              <td>
                <Link to={saved.get(output.digest) ?? outputAddress(run, maker)}>
                  {maker.name}.{output.name}
                </Link>
              </td>
              <td>{output.type}</td>
              <td className="number">{bytes(output.size)}</td>
              <td className={css.mono}>{output.digest.slice(0, 8)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const artifactAddress = (project: string, { name, version }: Run["artifacts"][number]): string =>
  `/projects/${project}/artifacts?find=${encodeURIComponent(`${name}@${version}`)}`;

const outputAddress = (run: Run, job: Job): string =>
  `/projects/${run.project}/runs/${run.id}?tab=outputs&job=${job.id}`;
