/** What a run gave: the artifacts it saved and the outputs of its jobs, each with its preview. */

import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import { PreviewView } from "@/parts/preview/PreviewView";
import { hasEnded, type Run } from "@/state/run";
import { Empty } from "@/ui/Empty";
import { bytes } from "@/ui/time";
import { artifactAddress } from "../deeds";
import css from "./page.module.css";

interface OutputsTabProps {
  run: Run;
  job: string | null;
  /** The name of the output of that job. */
  output: string | null;
  onOutput: (job: string, output: string) => void;
  /** What one can do where there are none. */
  action: ReactNode;
}

export function OutputsTab({ run, job, output, onOutput, action }: OutputsTabProps) {
  const outputs = useMemo(
    () => run.jobs.flatMap((one) => one.outputs.map((fact) => ({ job: one, output: fact }))),
    [run.jobs],
  );
  const keyOf = (each: (typeof outputs)[number]) => `${each.job.id}.${each.output.name}`;
  const shown =
    outputs.find((each) => each.job.id === job && each.output.name === output) ??
    outputs.find((each) => each.job.id === job) ??
    outputs[0];
  if (outputs.length === 0 && run.artifacts.length === 0)
    return (
      <Empty title={hasEnded(run) ? "No outputs" : "No outputs yet"} action={action}>
        What jobs give appears here as soon as they have ended well.
      </Empty>
    );
  return (
    <div className={css.split}>
      <nav className={css.side} aria-label="Outputs">
        {run.artifacts.length > 0 && (
          <>
            <h2>Saved artifacts</h2>
            <ul>
              {run.artifacts.map(({ name, version, type, size, made }) => (
                <li key={`${name}@${version}`}>
                  <Link to={artifactAddress(run.project, `${name}@${version}`)}>
                    {name} <small>version {version}</small>
                  </Link>
                  <small>
                    {made ? "" : "the same as before · "}
                    {type} · {bytes(size)}
                  </small>
                </li>
              ))}
            </ul>
          </>
        )}
        <h2>Outputs of jobs</h2>
        <ul>
          {outputs.map((each) => (
            <li key={keyOf(each)}>
              <button
                type="button"
                aria-current={each === shown || undefined}
                onClick={() => onOutput(each.job.id, each.output.name)}
              >
                {each.job.name}.{each.output.name}
                <small>
                  {each.output.type} · {bytes(each.output.size)}
                </small>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section className={css.content} aria-label="Preview">
        {shown && (
          <PreviewView
            key={keyOf(shown)}
            data={{
              digest: shown.output.digest,
              codec: shown.output.codec,
              type: shown.output.type,
              job: shown.job.id,
            }}
          />
        )}
      </section>
    </div>
  );
}
