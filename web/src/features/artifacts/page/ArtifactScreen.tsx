/** One artifact: its versions, what is in the chosen one, where it came from and what came of it. */
import { Button, Menu, TagsInput, TextInput } from "@mantine/core";
import {
  IconChevronDown,
  IconCopy,
  IconDownload,
  IconPencil,
  IconSitemap,
  IconTrash,
} from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ActionItems } from "@/parts/ActionButton";
import { Crumb, useTitle } from "@/parts/header";
import { PreviewView } from "@/parts/preview/PreviewView";
import { useActions } from "@/state/actions";
import { failed } from "@/state/toasts";
import { Failed, Loading } from "@/ui/Empty";
import { Ago } from "@/ui/Time";
import { bytes, count } from "@/ui/time";
import css from "../artifacts.module.css";
import {
  type Artifact,
  copyInput,
  downloadOf,
  remove,
  rename,
  tag,
  useArtifact,
  useFacets,
  useFollowing,
  useVersions,
  type Version,
} from "../queries";
import { TypeMark } from "../TypeMark";
import { DropPlace } from "../upload/Uploads";
import { LineageGraph } from "./LineageGraph";
import { MakePipeline } from "./MakePipeline";

export function Component() {
  const { project = "", artifact = "" } = useParams();
  const [asked] = useSearchParams();
  useFollowing();
  const { data: summary, error } = useArtifact(artifact);
  const { data: versions, error: trouble } = useVersions(artifact);
  useTitle(summary?.name ?? "Artifact");
  const wrong = error ?? trouble;
  const wanted = Number(asked.get("version"));
  const version = versions?.find((one) => one.version === wanted) ?? versions?.[0];
  return (
    <DropPlace project={project}>
      <Crumb to={`/projects/${project}/artifacts`}>Artifacts</Crumb>
      <Crumb>{summary?.name ?? "…"}</Crumb>
      {wrong ? (
        <Failed
          what="This artifact cannot be shown"
          error={wrong}
          action={
            <Button component={Link} to={`/projects/${project}/artifacts`} variant="default" size="xs">
              All artifacts
            </Button>
          }
        />
      ) : !summary || !versions || !version ? (
        <Loading what="the artifact" />
      ) : (
        <Page
          key={artifact}
          project={project}
          summary={summary}
          versions={versions}
          version={version}
          missing={wanted > 0 && version.version !== wanted ? wanted : null}
        />
      )}
    </DropPlace>
  );
}

interface PageProps {
  project: string;
  summary: Artifact;
  versions: readonly Version[];
  version: Version;
  /** The version that was asked for and is not there. */
  missing: number | null;
}

function Page({ project, summary, versions, version, missing }: PageProps) {
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const [naming, setNaming] = useState(false);
  const actions = useActions(
    () => [
      {
        id: "artifact.copy",
        label: "Use in a pipeline",
        words: "copy input canvas",
        group: "Artifact",
        icon: IconCopy,
        perform: () => void copyInput(summary.name, version.version),
      },
      {
        id: "artifact.pipeline",
        label: "Make a pipeline of its lineage",
        group: "Artifact",
        icon: IconSitemap,
        when: () => version.lineage.job !== null,
        perform: () => setMaking(true),
      },
      {
        id: "artifact.rename",
        label: "Rename",
        group: "Artifact",
        keys: ["F2"],
        icon: IconPencil,
        perform: () => setNaming(true),
      },
      {
        id: "artifact.delete",
        label: "Delete",
        group: "Artifact",
        icon: IconTrash,
        perform: () => void remove([summary]).then(() => navigate(`/projects/${project}/artifacts`)),
      },
    ],
    [summary, version, project, navigate],
  );
  return (
    <div className={css.screen}>
      <header className={css.bar}>
        <Name summary={summary} editing={naming} onDone={() => setNaming(false)} />
        <TypeMark type={version.type} codec={version.codec} />
        <span className={css.grow} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />}>
              More
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <ActionItems actions={actions} />
          </Menu.Dropdown>
        </Menu>
        {version.gone ? (
          <Button size="xs" disabled leftSection={<IconDownload size={14} />}>
            Download
          </Button>
        ) : (
          <Button
            size="xs"
            variant="filled"
            component="a"
            href={downloadOf(version.artifact, version.version)}
            download
            leftSection={<IconDownload size={14} />}
          >
            Download
          </Button>
        )}
      </header>
      {missing !== null && (
        <p className={css.warning}>
          There is no version {missing}; this is version {version.version}.
        </p>
      )}
      <div className={css.columns}>
        <Side project={project} summary={summary} versions={versions} version={version} />
        <div className={css.main}>
          <section aria-label="Preview" className={css.panel}>
            <h2>Preview</h2>
            <PreviewView
              key={version.digest}
              data={{
                digest: version.digest,
                codec: version.codec,
                type: version.type,
                job: version.lineage.job ?? undefined,
              }}
            />
          </section>
          <section aria-label="Where it came from and what came of it" className={css.panel}>
            <h2>Lineage</h2>
            <LineageGraph project={project} artifact={version.artifact} version={version.version} />
          </section>
        </div>
      </div>
      {making && <MakePipeline project={project} version={version} onClose={() => setMaking(false)} />}
    </div>
  );
}

function Name({ summary, editing, onDone }: { summary: Artifact; editing: boolean; onDone: () => void }) {
  if (!editing) return <h1>{summary.name}</h1>;
  const keep = (name: string) => {
    onDone();
    if (name && name !== summary.name) {
      rename(summary.id, name).catch((error: unknown) => failed(error, "Not renamed"));
    }
  };
  return (
    <TextInput
      size="xs"
      aria-label="Name"
      defaultValue={summary.name}
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => keep(event.currentTarget.value.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") onDone();
      }}
    />
  );
}

function Side({ project, summary, versions, version }: Omit<PageProps, "missing">) {
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
        <TagsInput
          mt="sm"
          size="xs"
          label="Tags"
          value={summary.tags}
          data={facets?.tags.map(({ value }) => value) ?? []}
          placeholder={summary.tags.length === 0 ? "add a tag" : ""}
          onChange={(tags) => void tag(summary.id, tags)}
        />
      </section>
    </aside>
  );
}
