/** What stands beside an artifact: its versions, the facts of the chosen one, its tags. */
import { Fragment } from "react";
import { Link } from "react-router";
import { Ago } from "@/ui/Time";
import { bytes, count } from "@/ui/time";
import css from "../artifacts.module.css";
import { type Artifact, useFacets, type Version } from "../queries";
import { Tags } from "./Tags";

interface SideProps {
  project: string;
  summary: Artifact;
  versions: readonly Version[];
  version: Version;
}

export function Side({ project, summary, versions, version }: SideProps) {
  const { data: facets } = useFacets(project);
  const made = version.lineage;
  return (
    <aside className={css.side}>
      <section aria-label="Versions" className={css.panel}>
        <h2>{count(versions.length, "version")}</h2>
        <ol className={css.versions}>
          {versions.map((one) => (
            <li key={one.version}>
              <Link
                to={`?version=${one.version}`}
                aria-current={one.version === version.version ? "true" : undefined}
              >
                <b>{one.version}</b>
                <span>
                  <Ago time={one.created} /> · {bytes(one.size)}
                  {one.gone && <em> · gone</em>}
                </span>
              </Link>
            </li>
          ))}
        </ol>
      </section>
      <section aria-label="Facts" className={css.panel}>
        <h2>Version {version.version}</h2>
        <dl className={css.about}>
          <dt>Saved</dt>
          <dd>
            <Ago time={version.created} />
            {version.author && ` by ${version.author}`}
          </dd>
          <dt>Type</dt>
          <dd>
            {version.type.split(".").map((part, place) => (
              <Fragment key={place}>
                {place > 0 && (
                  <>
                    .<wbr />
                  </>
                )}
                {part}
              </Fragment>
            ))}
          </dd>
          <dt>Size</dt>
          <dd>{bytes(version.size)}</dd>
          {made.run && (
            <>
              <dt>Made by</dt>
              <dd>
                <Link to={`/projects/${project}/runs/${made.run}?job=${made.job ?? ""}`}>
                  {made.job_name || made.operation}
                </Link>
              </dd>
            </>
          )}
          <dt>Used by</dt>
          <dd>{summary.used_by > 0 ? count(summary.used_by, "run") : "no run"}</dd>
          <dt>Digest</dt>
          <dd className={css.digest} title={version.digest}>
            {version.digest.slice(0, 16)}…
          </dd>
        </dl>
        <Tags
          artifact={summary.id}
          tags={summary.tags}
          known={facets?.tags.map(({ value }) => value) ?? []}
        />
      </section>
    </aside>
  );
}
