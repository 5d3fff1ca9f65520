/** The artifacts of a project: found, sorted, tagged, deleted, and brought here. */
import { Button, FileButton, Menu, NativeSelect, TextInput } from "@mantine/core";
import { IconBox, IconChevronDown, IconLink, IconSearch, IconTrash, IconUpload } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, ask } from "@/api/client";
import { Crumb, useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { failed } from "@/state/toasts";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { count } from "@/ui/time";
import css from "../artifacts.module.css";
import { type Filter, remove, useArtifacts, useFacets, useFollowing } from "../queries";
import { chosen, chosenFolder } from "../upload/dropped";
import { ImportDialog } from "../upload/ImportDialog";
import { send } from "../upload/transfer";
import { DropPlace } from "../upload/Uploads";
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
  const [asked, setAsked] = useSearchParams();
  const filter: Filter = {
    q: asked.get("q") ?? "",
    type: asked.get("type"),
    tag: asked.get("tag"),
    sort: asked.get("sort") ?? "-created",
  };
  const set = (name: string, value: string) =>
    setAsked(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [importing, setImporting] = useState(false);
  const [search, setSearch] = useState<HTMLInputElement | null>(null);
  useTitle("Artifacts");
  useFollowing();
  const { data, error, isPending, fetchNextPage, hasNextPage, isFetchingNextPage } = useArtifacts(
    project,
    filter,
  );
  const { data: facets } = useFacets(project);
  const artifacts = useMemo(() => data?.pages.flat() ?? [], [data]);
  const chosenOnes = artifacts.filter(({ id }) => selected.has(id));
  const isFiltered = Boolean(filter.q || filter.type || filter.tag);
  const removeChosen = () => {
    void remove(chosenOnes);
    setSelected(new Set());
  };
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
        id: "artifacts.import",
        label: "Import from a URL",
        group: "Artifacts",
        icon: IconLink,
        perform: () => setImporting(true),
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
  const adding = <AddMenu project={project} onImport={() => setImporting(true)} />;
  return (
    <DropPlace project={project}>
      <Crumb>Artifacts</Crumb>
      <div className={css.screen}>
        <header className={css.bar}>
          <h1>Artifacts</h1>
          <TextInput
            ref={setSearch}
            size="xs"
            className={css.find}
            placeholder="Find by name or tag"
            aria-label="Find by name or tag"
            leftSection={<IconSearch size={14} />}
            value={filter.q}
            onChange={(event) => set("q", event.currentTarget.value)}
          />
          {(facets?.types.length ?? 0) > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Type"
              className={css.choice}
              value={filter.type ?? ""}
              data={[
                { value: "", label: "All types" },
                ...(facets?.types ?? []).map(({ value, count: many }) => ({
                  value,
                  label: `${value} (${many})`,
                })),
              ]}
              onChange={(event) => set("type", event.currentTarget.value)}
            />
          )}
          {(facets?.tags.length ?? 0) > 0 && (
            <NativeSelect
              size="xs"
              aria-label="Tag"
              className={css.choice}
              value={filter.tag ?? ""}
              data={[
                { value: "", label: "All tags" },
                ...(facets?.tags ?? []).map(({ value, count: many }) => ({
                  value,
                  label: `${value} (${many})`,
                })),
              ]}
              onChange={(event) => set("tag", event.currentTarget.value)}
            />
          )}
          <span className={css.grow} />
          {chosenOnes.length > 0 && (
            <Button size="xs" variant="default" leftSection={<IconTrash size={14} />} onClick={removeChosen}>
              {`Delete ${count(chosenOnes.length, "artifact")}`}
            </Button>
          )}
          {adding}
        </header>
        {error ? (
          <Failed what="The artifacts cannot be listed" error={error} />
        ) : isPending ? (
          <Loading what="artifacts" />
        ) : artifacts.length === 0 ? (
          isFiltered ? (
            <Empty
              title="No artifact fits"
              action={
                <Button variant="default" size="xs" onClick={() => setAsked({}, { replace: true })}>
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
            onSort={(sort) => set("sort", sort)}
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

function UploadButton({ project }: { project: string }) {
  return (
    <FileButton multiple onChange={(files) => upload(project, files)}>
      {(props) => (
        <Button {...props} variant="filled" leftSection={<IconUpload size={15} />}>
          Upload files
        </Button>
      )}
    </FileButton>
  );
}

function upload(project: string, files: File[] | null): void {
  for (const { name, files: parts } of chosen(files ?? [])) send(project, name, parts);
}

/** The field that takes the files comes first in the group, so the button would lose its corners. */
const CORNERS = { borderStartStartRadius: "var(--r)", borderEndStartRadius: "var(--r)" };

function AddMenu({ project, onImport }: { project: string; onImport: () => void }) {
  const pickFolder = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.webkitdirectory = true;
    input.onchange = () => {
      for (const { name, files } of input.files ? chosenFolder(input.files) : []) send(project, name, files);
    };
    input.click();
  };
  return (
    <Button.Group>
      <FileButton multiple onChange={(files) => upload(project, files)}>
        {(props) => (
          <Button
            {...props}
            size="xs"
            variant="filled"
            style={CORNERS}
            leftSection={<IconUpload size={14} />}
          >
            Upload
          </Button>
        )}
      </FileButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="filled" px={6} aria-label="More ways to add artifacts">
            <IconChevronDown size={14} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={pickFolder}>Upload a folder…</Menu.Item>
          <Menu.Item onClick={onImport}>Import from a URL…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
