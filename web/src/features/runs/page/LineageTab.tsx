/** Where a run's data came from and where it went: what it took, what it saved, and the runs around it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { type Run, useDocument } from "@/state/run";
import { Failed, FailedLine, Loading } from "@/ui/Empty";
import { bytes } from "@/ui/time";
import { artifactAddress, runAddress, short } from "../deeds";
import css from "./page.module.css";

/** Runs made from it that are shown. */
const MOST = 200;

export function LineageTab({ run }: { run: Run }) {
  const { data: document, error, refetch } = useDocument(run.id);
  const later = useQuery({
    queryKey: ["runs", "made-from", run.id],
    queryFn: () =>
      ask(
        api.GET("/api/v1/runs", { params: { query: { project: run.project, origin: run.id, limit: MOST } } }),
      ),
  });
  if (error && !document) return <Failed what="The lineage cannot be shown" error={error} again={refetch} />;
  if (!document) return <Loading what="the lineage" />;
  const inputs = document.nodes.filter(({ operation }) => operation === "Input");
  const address = (artifact: string) => artifactAddress(run.project, artifact);
  return (
    <div className={css.panels}>
      <section aria-label="Taken">
        <h2>Artifacts it took</h2>
        {inputs.length === 0 && <p className={css.aside}>None: the pipeline has no Input.</p>}
        <ul className={css.facts}>
          {inputs.map((node) => {
            const name = String((node.attributes as Record<string, unknown>).artifact ?? "");
            const job = run.jobs.find((one) => one.name === node.name);
            return (
              <li key={node.name}>
                <Link to={address(name)}>{name}</Link> <small>{job?.reason}</small>
              </li>
            );
          })}
        </ul>
      </section>
      <section aria-label="Saved">
        <h2>Artifacts it saved</h2>
        {run.artifacts.length === 0 && <p className={css.aside}>None.</p>}
        <ul className={css.facts}>
          {run.artifacts.map(({ name, version, type, size, made }) => (
            <li key={`${name}@${version}`}>
              <Link to={address(`${name}@${version}`)}>
                {name} <small>version {version}</small>
              </Link>{" "}
              <small>
                {made ? "" : "the same as before · "}
                {type} · {bytes(size)}
              </small>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Runs around it">
        <h2>Runs around it</h2>
        <ul className={css.facts}>
          {run.origin && (
            <li>
              made from run{" "}
              <Link to={runAddress(run.project, run.origin.run)}>
                <code>{short(run.origin.run)}</code>
              </Link>
            </li>
          )}
          {later.data?.map(({ id, origin }) => (
            <li key={id}>
              run{" "}
              <Link to={runAddress(run.project, id)}>
                <code>{short(id)}</code>
              </Link>{" "}
              was made from it {origin?.nodes.length ? `at ${origin.nodes.join(", ")}` : ""}
            </li>
          ))}
          {!run.origin && later.data?.length === 0 && <li className={css.aside}>None.</li>}
          {later.data?.length === MOST && <li className={css.aside}>The newest {MOST} are shown.</li>}
        </ul>
        {later.error && !later.data && (
          <FailedLine what="Runs made from it are missing" error={later.error} again={later.refetch} />
        )}
      </section>
    </div>
  );
}
