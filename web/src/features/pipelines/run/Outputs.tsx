/** What the jobs of a run gave, and the artifacts that it saved. */
import { Link } from "react-router";
import type { Job, Run } from "@/state/run";
import { Empty } from "@/ui/Empty";
import { bytes } from "@/ui/time";
import css from "./run.module.css";

interface OutputsProps {
  run: Run;
  job: Job | null;
  project: string;
}

export default function Outputs({ run, job, project }: OutputsProps) {
  const rows = run.jobs.flatMap((one) => one.outputs.map((output) => ({ job: one, output })));
  if (rows.length === 0 && run.artifacts.length === 0)
    return <Empty title="No outputs yet">They appear as soon as a job has succeeded.</Empty>;
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
                <Link to={`/projects/${project}/artifacts?find=${encodeURIComponent(artifact.name)}`}>
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
                {maker.name}.{output.name}
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
