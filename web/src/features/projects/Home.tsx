/** The home screen: all projects as cards, new ones, and those brought in. */
import { Button, Menu, SegmentedControl, TextInput } from "@mantine/core";
import {
  IconChevronDown,
  IconFileZip,
  IconFolderOpen,
  IconPlus,
  IconSearch,
  IconUpload,
} from "@tabler/icons-react";
import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { done, failed } from "@/state/toasts";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { GraphPicture } from "./GraphPicture";
import css from "./home.module.css";
import { droppedArchive, folderArchive } from "./importing";
import { NewProject } from "./NewProject";
import { freeName } from "./names";
import { ProjectCard } from "./ProjectCard";
import { bringIn, create, type Project, renew, useProjects, useTemplates } from "./queries";

type Sort = "recent" | "name";

export function Component() {
  useTitle("Projects");
  const { data, error, refetch } = useProjects();
  const [params, setParams] = useSearchParams();
  const [making, setMaking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const archives = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const q = params.get("q") ?? "";
  const sort: Sort = params.get("sort") === "name" ? "name" : "recent";
  const put = (key: string, value: string) =>
    setParams(
      (now) => {
        if (value) now.set(key, value);
        else now.delete(key);
        return now;
      },
      { replace: true },
    );
  const take = async (archive: Blob | null) => {
    if (!archive) {
      failed(new Error("Drop one zip or tar file, or one folder."));
      return;
    }
    setBusy(true);
    try {
      const { project, skipped } = await bringIn(archive);
      done(
        skipped.length > 0
          ? `Imported ${project.name}; ${skipped.length} links and caches were left out`
          : `Imported ${project.name}`,
      );
      navigate(`/projects/${project.id}/pipelines`);
    } catch (problem) {
      failed(problem, "Nothing was imported");
    } finally {
      setBusy(false);
    }
  };
  useActions(
    () => [
      {
        id: "projects.new",
        label: "New project",
        group: "Projects",
        icon: IconPlus,
        keys: ["Alt+N"],
        perform: () => setMaking(true),
      },
      {
        id: "projects.archive",
        label: "Import a zip or tar file",
        group: "Projects",
        icon: IconFileZip,
        perform: () => archives.current?.click(),
      },
      {
        id: "projects.folder",
        label: "Import a folder",
        group: "Projects",
        icon: IconFolderOpen,
        perform: () => folders.current?.click(),
      },
      {
        id: "projects.search",
        label: "Search projects",
        group: "Projects",
        icon: IconSearch,
        keys: ["/"],
        perform: () => search.current?.focus(),
      },
    ],
    [],
  );
  if (error && !data)
    return (
      <Failed
        what="The projects did not come"
        error={error}
        action={<Button onClick={() => refetch()}>Try again</Button>}
      />
    );
  if (!data) return <Loading what="projects" />;
  const taken = data.map(({ name }) => name);
  const shown = arranged(data, q, sort);
  const dialogs = (
    <>
      <NewProject opened={making} close={() => setMaking(false)} taken={taken} />
      <input
        ref={archives}
        type="file"
        accept=".zip,.tar,.gz,.tgz,.bz2,.xz"
        hidden
        aria-label="Archive to import"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void take(file);
        }}
      />
      <input
        ref={folders}
        type="file"
        hidden
        aria-label="Folder to import"
        {...{ webkitdirectory: "" }}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) void take(folderArchive(files));
        }}
      />
    </>
  );
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (event.currentTarget === event.target) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void droppedArchive(event.dataTransfer).then(take);
    },
  };
  if (data.length === 0)
    return (
      <section className={`${css.home} ${over ? css.over : ""}`} aria-label="Projects" {...drop}>
        <FirstProject taken={taken} more={() => setMaking(true)} />
        {dialogs}
      </section>
    );
  return (
    <section className={`${css.home} ${over ? css.over : ""}`} aria-label="Projects" {...drop}>
      <div className={css.bar}>
        <h1>Projects</h1>
        <TextInput
          ref={search}
          aria-label="Search projects"
          placeholder="Search"
          leftSection={<IconSearch size={14} />}
          value={q}
          onChange={(event) => put("q", event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          aria-label="Order"
          value={sort}
          onChange={(value) => put("sort", value === "name" ? "name" : "")}
          data={[
            { value: "recent", label: "Recent" },
            { value: "name", label: "Name" },
          ]}
        />
        <span className={css.grow} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              loading={busy}
              leftSection={<IconUpload size={15} />}
              rightSection={<IconChevronDown size={13} />}
            >
              Import
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFileZip size={15} />} onClick={() => archives.current?.click()}>
              A zip or tar file
            </Menu.Item>
            <Menu.Item leftSection={<IconFolderOpen size={15} />} onClick={() => folders.current?.click()}>
              A folder
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button variant="filled" leftSection={<IconPlus size={15} />} onClick={() => setMaking(true)}>
          New project
        </Button>
      </div>
      {shown.length === 0 ? (
        <Empty
          title={`No project is called ${q}`}
          action={<Button onClick={() => put("q", "")}>Show all</Button>}
        />
      ) : (
        <ul className={css.cards} onKeyDown={walk} aria-label="All projects">
          {shown.map((project) => (
            <li key={project.id}>
              <ProjectCard project={project} />
            </li>
          ))}
        </ul>
      )}
      {dialogs}
    </section>
  );
}

function FirstProject({ taken, more }: { taken: readonly string[]; more: () => void }) {
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const { data: templates } = useTemplates(true);
  const digits = templates?.find(({ name }) => name === "digits");
  const start = async () => {
    setBusy(true);
    try {
      const made = await create(freeName("digits", taken), "digits");
      void renew();
      navigate(`/projects/${made.id}/pipelines`);
    } catch (problem) {
      failed(problem, "The project was not made");
      setBusy(false);
    }
  };
  return (
    <Empty
      title="Train your first network"
      icon={
        <div className={css.first}>
          <GraphPicture pipeline={digits?.pipeline} words="" />
        </div>
      }
      action={
        <>
          <Button variant="filled" loading={busy} onClick={start}>
            Start with digits
          </Button>
          <p className={css.other}>
            or{" "}
            <button type="button" onClick={more}>
              choose another template
            </button>
            , or drop a zip file or a folder here
          </p>
        </>
      }
    >
      A small network learns to read handwritten digits, in a few seconds and without a download. Everything
      in it can be changed.
    </Empty>
  );
}

function arranged(projects: readonly Project[], q: string, sort: Sort): Project[] {
  const wanted = q.trim().toLowerCase();
  const found = projects.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (sort === "name") return found.sort((one, other) => one.name.localeCompare(other.name));
  const last = (project: Project) => project.last_run?.created ?? project.created;
  return found.sort((one, other) => (last(one) < last(other) ? 1 : -1));
}

/** Arrows go from card to card. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.dataset.project) return;
  const cards = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-project]")];
  const here = cards.indexOf(event.target);
  const top = cards[here]?.getBoundingClientRect().top;
  const across = cards.filter(
    (card) => card.getBoundingClientRect().top === cards[0]?.getBoundingClientRect().top,
  ).length;
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
  const step = steps[event.key];
  if (step === undefined || top === undefined) return;
  event.preventDefault();
  cards[here + step]?.focus();
}
