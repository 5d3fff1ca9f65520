/** One project on the home screen: its picture, its last run, and what can be done with it. */
import { TextInput, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconFileZip,
  IconFolderSymlink,
  IconHistory,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { wordsOf } from "@/api/client";
import { DotsMenu } from "@/parts/DotsMenu";
import { exportProject } from "@/parts/exporting";
import { StateMark } from "@/parts/StateMark";
import type { Action } from "@/state/actions";
import { useThing } from "@/state/thing";
import { Ago } from "@/ui/Time";
import { GraphPicture } from "./GraphPicture";
import css from "./home.module.css";
import { duplicate, type Project, remove, rename, usePicture } from "./queries";

export function ProjectCard({ project }: { project: Project }) {
  const [renaming, setRenaming] = useState(false);
  const { data } = usePicture(project.id);
  const main = project.last_run?.pipeline ?? project.pipelines[0];
  const pipeline = data?.pipelines.find(({ name }) => name === main) ?? data?.pipelines[0];
  const { actions, thing } = useDeeds(project, () => setRenaming(true));
  return (
    <article className={css.card} aria-label={project.name} {...thing}>
      <Link
        className={css.open}
        to={`/projects/${project.id}/pipelines`}
        aria-label={`Open ${project.name}`}
        data-project={project.id}
      />
      <GraphPicture pipeline={pipeline} />
      <div className={css.head}>
        {renaming ? (
          <NameField project={project} close={() => setRenaming(false)} />
        ) : (
          <h2 title={project.name}>{project.name}</h2>
        )}
        {project.linked && (
          <Tooltip label="A folder of yours that was opened from the command line. Deleting the project here leaves the folder as it is.">
            <IconFolderSymlink className={css.linked} size={15} stroke={1.7} aria-label="A folder of yours" />
          </Tooltip>
        )}
        <DotsMenu name={project.name} actions={actions} className={css.menu} size="md" />
      </div>
      {data?.description && <p className={css.about}>{data.description}</p>}
      <div className={css.foot}>
        {project.last_run ? (
          <Link to={`/projects/${project.id}/runs/${project.last_run.id}`} className={css.run}>
            <StateMark state={project.last_run.state} />
            <Ago time={project.last_run.created} />
          </Link>
        ) : (
          <span>Not run yet</span>
        )}
        <span className="number">
          {project.pipelines.length} {project.pipelines.length === 1 ? "pipeline" : "pipelines"}
        </span>
      </div>
    </article>
  );
}

/** What can be done with a project, wherever it is asked for. */
function useDeeds(project: Project, onRename: () => void) {
  const navigate = useNavigate();
  return useThing(
    "project",
    project.name,
    (): Action[] => [
      {
        id: "projects.rename",
        label: "Rename",
        group: "Projects",
        keys: ["F2"],
        icon: IconPencil,
        perform: onRename,
      },
      {
        id: "projects.duplicate",
        label: "Duplicate",
        group: "Projects",
        icon: IconCopy,
        perform: () => void duplicate(project),
      },
      {
        id: "projects.history",
        label: "History",
        group: "Projects",
        icon: IconHistory,
        perform: () => navigate(`/projects/${project.id}/history`),
      },
      {
        id: "projects.export",
        label: "Export as a zip file",
        group: "Projects",
        icon: IconFileZip,
        perform: () => exportProject(project.id),
      },
      {
        id: "projects.delete",
        label: project.linked ? "Close" : "Delete",
        group: "Projects",
        keys: ["Delete"],
        icon: IconTrash,
        perform: () => void remove(project),
      },
    ],
    [project, navigate],
  );
}

function NameField({ project, close }: { project: Project; close: () => void }) {
  const [name, setName] = useState(project.name);
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    if (name.trim() === project.name) return close();
    try {
      await rename(project.id, name);
      close();
    } catch (problem) {
      setError(wordsOf(problem));
    }
  };
  return (
    <TextInput
      className={css.name}
      aria-label="Name of the project"
      value={name}
      error={error}
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={() => (error ? close() : void save())}
      onKeyDown={(event) => {
        if (event.key === "Enter") void save();
        if (event.key === "Escape") close();
        event.stopPropagation();
      }}
    />
  );
}
