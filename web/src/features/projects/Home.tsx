/** The home screen: all projects as cards, new ones, and those brought in. */
import { Button, Menu, SegmentedControl } from "@mantine/core";
import {
  IconChevronDown,
  IconFileZip,
  IconFolderOpen,
  IconPlus,
  IconSearch,
  IconUpload,
} from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { useAddress } from "@/state/address";
import { failed } from "@/state/toasts";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { SearchField } from "@/ui/SearchField";
import { GraphPicture } from "./GraphPicture";
import css from "./home.module.css";
import { NewProject } from "./NewProject";
import { freeName } from "./names";
import { ProjectCard } from "./ProjectCard";
import { create, type Project, renew, useProjects, useTemplates } from "./queries";
import { useImporting } from "./useImporting";

type Sort = "recent" | "name";

export function Component() {
  useTitle("Projects");
  const { data, error, refetch } = useProjects();
  const [making, setMaking] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const { busy, over, drop, inputs, chooseArchive, chooseFolder } = useImporting();
  const [asked, ask] = useAddress({ replace: true });
  const q = asked.get("q") ?? "";
  const sort: Sort = asked.get("sort") === "name" ? "name" : "recent";
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
        perform: chooseArchive,
      },
      {
        id: "projects.folder",
        label: "Import a folder",
        group: "Projects",
        icon: IconFolderOpen,
        perform: chooseFolder,
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
  if (error && !data) return <Failed what="The projects did not come" error={error} again={refetch} />;
  if (!data) return <Loading what="projects" />;
  const taken = data.map(({ name }) => name);
  const shown = arranged(data, q, sort);
  const dialogs = (
    <>
      <NewProject opened={making} close={() => setMaking(false)} taken={taken} />
      {inputs}
    </>
  );
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
        <SearchField
          ref={search}
          label="Search projects"
          placeholder="Search"
          value={q}
          onSearch={(words) => ask({ q: words })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Order"
          value={sort}
          onChange={(value) => ask({ sort: value === "name" ? "name" : null })}
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
            <Menu.Item leftSection={<IconFileZip size={15} />} onClick={chooseArchive}>
              A zip or tar file
            </Menu.Item>
            <Menu.Item leftSection={<IconFolderOpen size={15} />} onClick={chooseFolder}>
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
          action={<Button onClick={() => ask({ q: null })}>Show all</Button>}
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
