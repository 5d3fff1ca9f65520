/** One project on the home screen: its picture, its last run, and what can be done with it. */
import { ActionIcon, Menu, TextInput, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconDots,
  IconFileZip,
  IconFolderSymlink,
  IconHistory,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { Link } from "react-router";
import { wordsOf } from "@/api/client";
import { exportOf } from "@/parts/exporting";
import { StateMark } from "@/parts/StateMark";
import { Ago } from "@/ui/Time";
import { GraphPicture } from "./GraphPicture";
import css from "./home.module.css";
import { duplicate, type Project, remove, rename, usePicture } from "./queries";

export function ProjectCard({ project }: { project: Project }) {
  const [renaming, setRenaming] = useState(false);
  const { data } = usePicture(project.id);
  const main = project.last_run?.pipeline ?? project.pipelines[0];
  const pipeline = data?.pipelines.find(({ name }) => name === main) ?? data?.pipelines[0];
  const keys = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === "F2") setRenaming(true);
    else if (event.key === "Delete") void remove(project);
    else return;
    event.preventDefault();
  };
  return (
    <article className={css.card} aria-label={project.name}>
      <Link
        className={css.open}
        to={`/projects/${project.id}/pipelines`}
        aria-label={`Open ${project.name}`}
        data-project={project.id}
        onKeyDown={keys}
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
        <CardMenu project={project} rename={() => setRenaming(true)} />
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

function CardMenu({ project, rename }: { project: Project; rename: () => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={css.menu}
          aria-label={`Actions for ${project.name}`}
        >
          <IconDots size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} />} rightSection="F2" onClick={rename}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void duplicate(project)}>
          Duplicate
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory size={15} />}
          component={Link}
          to={`/projects/${project.id}/history`}
        >
          History
        </Menu.Item>
        <Menu.Item leftSection={<IconFileZip size={15} />} component="a" href={exportOf(project.id)} download>
          Export as a zip file
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={15} />}
          rightSection="Del"
          onClick={() => void remove(project)}
        >
          {project.linked ? "Close" : "Delete"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
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
