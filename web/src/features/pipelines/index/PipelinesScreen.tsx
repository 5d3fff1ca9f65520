/** The pipelines of a project. */
import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { queries, useProject } from "@/api/queries";
import { operationsFrom } from "@/graph/reading";
import { ActionButton } from "@/parts/ActionButton";
import { Crumb, HeaderActions, useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { Empty, Failed, Loading } from "@/ui/Empty";
import {
  createPipeline,
  deletePipeline,
  duplicatePipeline,
  editAddress,
  type Pipeline,
  renamePipeline,
} from "./files";
import css from "./index.module.css";
import { type Asked, NameDialog } from "./NameDialog";
import { PipelineCard } from "./PipelineCard";
import { UnreadableCard } from "./UnreadableCard";
import { unreadableFiles } from "./unreadable";

type RunSummary = Schemas["RunSummary"];

export function Component() {
  const { project = "" } = useParams();
  const { data, error } = useProject(project);
  const runs = useLastRuns(project);
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [wanted, setWanted] = useState("");
  const operations = useMemo(() => operationsFrom(data?.operations ?? []), [data?.operations]);
  useTitle(data ? `Pipelines of ${data.name}` : "Pipelines");
  const [create] = useActions(
    () => [
      {
        id: "pipelines.new",
        label: "New pipeline",
        group: "Pipelines",
        icon: IconPlus,
        words: "create add",
        perform: () => setAsked({ kind: "new" }),
      },
    ],
    [],
  );
  if (error && !data) return <Failed what="The pipelines cannot be shown" error={error} />;
  if (!data || !create) return <Loading what="the pipelines" />;
  const unreadable = unreadableFiles(data.problems);
  const names = [...data.pipelines, ...unreadable].map(({ name }) => name);
  const isWanted = ({ name }: { name: string }) => name.toLowerCase().includes(wanted.trim().toLowerCase());
  const shown = data.pipelines.filter(isWanted);
  const shownUnreadable = unreadable.filter(isWanted);
  const finish = async (name: string, from: Pipeline | null) => {
    if (asked?.kind === "rename") await renamePipeline(project, asked.pipeline, name);
    else {
      await createPipeline(project, name, from);
      void navigate(editAddress(project, name));
    }
    setAsked(null);
  };
  return (
    <div className={css.screen}>
      <Crumb>Pipelines</Crumb>
      <HeaderActions>{names.length > 0 && <ActionButton action={create} variant="filled" />}</HeaderActions>
      {names.length === 0 ? (
        <Empty
          title="No pipelines yet"
          icon={<IconSitemap size={28} stroke={1.5} />}
          action={<ActionButton action={create} variant="filled" />}
        >
          A pipeline connects operations: load data, train, evaluate, save.
        </Empty>
      ) : (
        <>
          <div className={css.bar}>
            <h1>Pipelines</h1>
            {names.length > 3 && (
              <TextInput
                aria-label="Find a pipeline"
                placeholder="Find a pipeline"
                leftSection={<IconSearch size={14} />}
                value={wanted}
                onChange={(event) => setWanted(event.currentTarget.value)}
              />
            )}
          </div>
          {shown.length + shownUnreadable.length === 0 ? (
            <Empty
              title={`No pipeline is called ${wanted.trim()}`}
              action={<Button onClick={() => setWanted("")}>Show all</Button>}
            />
          ) : (
            <ul className={css.cards}>
              {shownUnreadable.map((file) => (
                <UnreadableCard
                  key={file.file}
                  project={project}
                  file={file}
                  onRename={() => setAsked({ kind: "rename", pipeline: file })}
                  onDelete={() => void deletePipeline(project, file)}
                />
              ))}
              {shown.map((pipeline) => (
                <PipelineCard
                  key={pipeline.name}
                  project={project}
                  pipeline={pipeline}
                  operations={operations}
                  run={runs.get(pipeline.name)}
                  onRename={() => setAsked({ kind: "rename", pipeline })}
                  onDuplicate={() => void duplicatePipeline(project, pipeline, names)}
                  onDelete={() => void deletePipeline(project, pipeline)}
                />
              ))}
            </ul>
          )}
        </>
      )}
      {asked && (
        <NameDialog
          asked={asked}
          pipelines={data.pipelines}
          names={names}
          onClose={() => setAsked(null)}
          onDone={finish}
        />
      )}
    </div>
  );
}

/** The newest run of each pipeline, followed live. */
function useLastRuns(project: string): ReadonlyMap<string, RunSummary> {
  const key = ["runs", "of", project];
  const path = { params: { path: { project } } };
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/pipelines/runs", path)),
    refetchOnMount: "always", // what went on while nobody followed was not told
  });
  useLive("runs", (event) => {
    const run = event.data as RunSummary | null;
    if (event.kind !== "run" || run === null || !data) void queries.invalidateQueries({ queryKey: key });
    else if (run.project === project)
      queries.setQueryData<RunSummary[]>(key, (known) => known && withNewest(known, run));
  });
  return useMemo(() => new Map((data ?? []).map((run) => [run.pipeline, run])), [data]);
}

function withNewest(known: readonly RunSummary[], run: RunSummary): RunSummary[] {
  const before = known.find((one) => one.pipeline === run.pipeline);
  if (before && before.id > run.id) return [...known];
  return [...known.filter((one) => one !== before), run];
}
