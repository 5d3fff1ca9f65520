/** The artifacts of a project: found, sorted, tagged, deleted, and brought here. */
import { Button, NativeSelect } from "@mantine/core";
import { IconBox, IconSearch, IconTrash } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, ask } from "@/api/client";
import { Crumb, useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { useAddress } from "@/state/address";
import { failed } from "@/state/toasts";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { SearchField } from "@/ui/SearchField";
import { count } from "@/ui/time";
import css from "../artifacts.module.css";
import { type Filter, remove, useArtifacts, useFacets, useFollowing } from "../queries";
import { ImportDialog } from "../upload/ImportDialog";
import { DropPlace } from "../upload/Uploads";
import { AddMenu, UploadButton, useAdding } from "./AddMenu";
import { Rows } from "./Rows";

export function Component() {
  const { project = "" } = useParams();
  const [asked] = useSearchParams();
  const find = asked.get("find");
  if (find) return <Door project={project} reference={find} />;
  return <Screen project={project} />;
}

/** Leads from a name to the artifact's page. */
function Door({ project, reference }: { project: string; reference: string }) {
  const navigate = useNavigate();
  useEffect(() => {
    const to = (path: string) => navigate(path, { replace: true });
    ask(api.GET("/api/v1/artifacts/find", { params: { query: { project, reference } } })).then(
      (found) => to(`/projects/${project}/artifacts/${found.artifact}?version=${found.version}`),
      (error: unknown) => {
        failed(error);
        to(`/projects/${project}/artifacts`);
      },
    );
  }, [project, reference, navigate]);
  return <Loading what={reference} />;
}

function Screen({ project }: { project: string }) {
  const [asked, narrow] = useAddress({ replace: true });
  const filter: Filter = {
    q: asked.get("q") ?? "",
    type: asked.get("type"),
    tag: asked.get("tag"),
    sort: asked.get("sort") ?? "-created",
  };
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [importing, setImporting] = useState(false);
  const [search, setSearch] = useState<HTMLInputElement | null>(null);
  useTitle("Artifacts");
  useFollowing();
  const { data, error, isPending, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useArtifacts(
    project,
    filter,
  );
  const { data: facets } = useFacets(project);
  const artifacts = useMemo(() => data?.pages.flat() ?? [], [data]);
  const chosenOnes = artifacts.filter(({ id }) => selected.has(id));
  const isFiltered = Boolean(filter.q || filter.type || filter.tag);
  const removeChosen = () => {
    void remove(chosenOnes).then((gone) => {
      const ids = gone.map(({ id }) => id);
      setSelected((before) => new Set([...before].filter((id) => !ids.includes(id))));
    });
  };
  const adding = useAdding(project, () => setImporting(true));
  useActions(
    () => [
      {
        id: "artifacts.find",
        label: "Find an artifact",
        group: "Artifacts",
        keys: ["Mod+F"],
        icon: IconSearch,
        perform: () => search?.focus(),
      },
      {
        id: "artifacts.delete",
        label: "Delete the chosen artifacts",
        group: "Artifacts",
        keys: ["Delete"],
        icon: IconTrash,
        when: () => chosenOnes.length > 0,
        perform: removeChosen,
      },
    ],
    [search, chosenOnes],
  );
  return (
    <DropPlace project={project}>
      <Crumb>Artifacts</Crumb>
      <div className={css.screen}>
        <header className={css.bar}>
          <h1>Artifacts</h1>
          <SearchField
            ref={setSearch}
            className={css.find}
            label="Find by name or tag"
            value={filter.q}
            onSearch={(q) => narrow({ q })}
          />
          {(facets?.types.length ?? 0) > 1 && (
            <Choice
              label="Type"
              all="All types"
              value={filter.type}
              facets={facets?.types ?? []}
              onChoose={(type) => narrow({ type })}
            />
          )}
          {(facets?.tags.length ?? 0) > 0 && (
            <Choice
              label="Tag"
              all="All tags"
              value={filter.tag}
              facets={facets?.tags ?? []}
              onChoose={(tag) => narrow({ tag })}
            />
          )}
          <span className={css.grow} />
          {chosenOnes.length > 0 && (
            <Button size="xs" variant="default" leftSection={<IconTrash size={14} />} onClick={removeChosen}>
              {`Delete ${count(chosenOnes.length, "artifact")}`}
            </Button>
          )}
          <AddMenu project={project} actions={adding} />
        </header>
        {error && !data ? (
          <Failed what="The artifacts cannot be listed" error={error} again={refetch} />
        ) : isPending ? (
          <Loading what="artifacts" />
        ) : artifacts.length === 0 ? (
          isFiltered ? (
            <Empty
              title="No artifact fits"
              action={
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => narrow({ q: null, type: null, tag: null })}
                >
                  Show all
                </Button>
              }
            />
          ) : (
            <Empty
              title="There are no artifacts yet"
              icon={<IconBox size={30} stroke={1.4} />}
              action={<UploadButton project={project} />}
            >
              An Output in a pipeline saves one. Files and folders can be dropped here.
            </Empty>
          )
        ) : (
          <Rows
            project={project}
            artifacts={artifacts}
            sort={filter.sort}
            onSort={(sort) => narrow({ sort })}
            selected={selected}
            onSelect={setSelected}
            onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()}
          />
        )}
      </div>
      {importing && <ImportDialog project={project} onClose={() => setImporting(false)} />}
    </DropPlace>
  );
}

interface ChoiceProps {
  label: string;
  /** What it says where nothing is chosen. */
  all: string;
  value: string | null;
  facets: readonly { value: string; count: number }[];
  onChoose: (value: string) => void;
}

/** One of the values that there are, with how many artifacts have it. */
function Choice({ label, all, value, facets, onChoose }: ChoiceProps) {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      className={css.choice}
      value={value ?? ""}
      data={[
        { value: "", label: all },
        ...facets.map(({ value, count: many }) => ({ value, label: `${value} (${many})` })),
      ]}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}
