/** One artifact: its versions, what is in the chosen one, where it came from and what came of it. */
import { Button, Menu } from "@mantine/core";
import {
  IconChevronDown,
  IconCopy,
  IconDownload,
  IconPencil,
  IconSitemap,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ApiError } from "@/api/client";
import { ActionItems } from "@/parts/ActionItems";
import { download } from "@/parts/exporting";
import { Crumb, useTitle } from "@/parts/header";
import { PreviewView } from "@/parts/preview/PreviewView";
import { useActions } from "@/state/actions";
import { Failed, Loading } from "@/ui/Empty";
import css from "../artifacts.module.css";
import {
  type Artifact,
  copyInput,
  downloadOf,
  remove,
  useArtifact,
  useFollowing,
  useVersions,
  type Version,
} from "../queries";
import { TypeMark } from "../TypeMark";
import { DropPlace } from "../upload/Uploads";
import { LineageGraph } from "./LineageGraph";
import { MakePipeline } from "./MakePipeline";
import { Name } from "./Name";
import { Side } from "./Side";

export function Component() {
  const { project = "", artifact = "" } = useParams();
  const [asked] = useSearchParams();
  useFollowing();
  const { data: summary, error, refetch } = useArtifact(artifact);
  const { data: versions, error: trouble, refetch: again } = useVersions(artifact);
  useTitle(summary?.name ?? "Artifact");
  const wrong = error ?? trouble;
  const isGone = wrong instanceof ApiError && wrong.status === 404;
  const wanted = Number(asked.get("version"));
  const version = versions?.find((one) => one.version === wanted) ?? versions?.[0];
  return (
    <DropPlace project={project}>
      <Crumb to={`/projects/${project}/artifacts`}>Artifacts</Crumb>
      <Crumb>{summary?.name ?? "…"}</Crumb>
      {wrong && (isGone || !summary || !versions) ? (
        <Failed
          what="This artifact cannot be shown"
          error={wrong}
          again={isGone ? undefined : () => Promise.all([refetch(), again()])}
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
        id: "artifact.download",
        label: "Download",
        group: "Artifact",
        icon: IconDownload,
        words: "save file",
        when: () => !version.gone,
        perform: () => download(downloadOf(version.artifact, version.version)),
      },
      {
        id: "artifact.delete",
        label: "Delete",
        group: "Artifact",
        icon: IconTrash,
        perform: () =>
          void remove([summary]).then(
            (gone) => gone.length > 0 && navigate(`/projects/${project}/artifacts`),
          ),
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
            <ActionItems actions={actions.filter(({ id }) => id !== "artifact.download")} />
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
