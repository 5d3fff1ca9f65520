/** One file of the tree, with its menu. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCopy,
  IconDots,
  IconHistory,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { historyOf } from "@/parts/history/address";
import { addressOf, deleteFile, duplicateFile, type File, isLookedAt } from "../files";
import { RenameDialog } from "./RenameDialog";
import css from "./tree.module.css";

interface FileRowProps {
  project: string;
  file: File;
  isOpen: boolean;
  paths: readonly string[];
  onOpen: (path: string) => void;
}

export function FileRow({ project, file, isOpen, paths, onOpen }: FileRowProps) {
  const [renaming, setRenaming] = useState(false);
  const [menu, setMenu] = useState(false);
  const navigate = useNavigate();
  const name = file.path.replace(/^(operations|utils|layers)\//, "");
  const wrong = file.problems.filter((problem) => problem.severity === "error").length;
  const told = file.problems.map((problem) => problem.message).join("\n");
  const copy = async () => {
    const made = await duplicateFile(project, file.path, paths);
    if (made) onOpen(made);
  };
  const remove = async () => {
    if ((await deleteFile(project, file.path)) && isOpen) navigate(`/projects/${project}/code`);
  };
  return (
    <li
      className={`${css.row} ${isOpen ? css.open : ""}`}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenu(true);
      }}
    >
      <Link to={addressOf(project, file.path)} aria-current={isOpen ? "page" : undefined}>
        <span className={css.name}>{name}</span>
      </Link>
      {file.problems.length > 0 && (
        <Tooltip label={<span style={{ whiteSpace: "pre-wrap" }}>{told}</span>}>
          <span className={wrong ? css.wrong : css.warned}>
            <IconAlertTriangle size={13} aria-hidden />
            {file.problems.length}
            <span className={css.words}> problem{file.problems.length === 1 ? "" : "s"}</span>
          </span>
        </Tooltip>
      )}
      <Menu opened={menu} onChange={setMenu} position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Actions for ${file.path}`}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setRenaming(true)}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copy()}>
            Duplicate
          </Menu.Item>
          <Menu.Item
            leftSection={<IconHistory size={15} />}
            component={Link}
            to={historyOf(project, file.path)}
          >
            History
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => void remove()}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming && (
        <RenameDialog
          project={project}
          path={file.path}
          onClose={() => setRenaming(false)}
          onMoved={(from, to) => isLookedAt(project, from) && onOpen(to)}
        />
      )}
    </li>
  );
}
