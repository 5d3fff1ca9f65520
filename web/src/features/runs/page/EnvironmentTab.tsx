/** What the jobs of a run ran with: declared, resolved, and on which machine. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { bytes, count } from "@/ui/time";
import css from "./page.module.css";

export function EnvironmentTab({ run, action }: { run: string; action: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["run", run, "environment"],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}/environment", { params: { path: { run } } })),
    staleTime: 0,
  });
  if (error && !data) return <Failed what="The environment cannot be shown" error={error} again={refetch} />;
  if (!data) return <Loading what="the environment" />;
  if (data.length === 0)
    return (
      <Empty title="No environment" action={action}>
        All jobs of this run are built in.
      </Empty>
    );
  return (
    <div className={css.panels}>
      {data.map((each) => {
        const resolved = Object.entries(each.resolved as Record<string, string>);
        return (
          <section key={each.jobs.join()} aria-label={`Environment of ${each.jobs.join(", ")}`}>
            <h2>{each.jobs.length > 6 ? count(each.jobs.length, "job") : each.jobs.join(", ")}</h2>
            <dl className={css.pairs}>
              <dt>Declared</dt>
              <dd>
                {each.declared ? (
                  <>
                    {each.declared.requirements.map((one) => (
                      <code key={one}>{one}</code>
                    ))}
                    {each.declared.python && <code>python {each.declared.python}</code>}
                    <small>in {each.declared.origin}</small>
                  </>
                ) : (
                  "Nothing: it ran with what the worker's Python has."
                )}
              </dd>
              <dt>Resolved</dt>
              <dd>
                {resolved.length === 0 && "Not known yet."}
                {resolved.map(([name, version]) => (
                  <code key={name}>
                    {name} {version || "(not resolved)"}
                  </code>
                ))}
              </dd>
              <dt>Machine</dt>
              <dd>
                {each.machine
                  ? `${each.worker}: ${each.machine.hostname}, ${each.machine.platform}, ` +
                    `${count(each.machine.cpus, "core")}, ${bytes(each.machine.memory)}` +
                    each.machine.gpus.map(({ name }) => `, ${name}`).join("")
                  : "It has not run on a worker yet, or that is no longer known."}
              </dd>
            </dl>
          </section>
        );
      })}
    </div>
  );
}
