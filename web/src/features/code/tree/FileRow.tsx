/** One file of the tree, with its menu. */
import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconHistory, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { DotsMenu } from "@/parts/DotsMenu";
import { historyOf } from "@/parts/history/address";
import type { Action } from "@/state/actions";
import { useThing } from "@/state/thing";
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
  const { actions, thing } = useThing<HTMLLIElement>(
    "file",
    file.path,
    (): Action[] => [
      {
        id: "file.rename",
        label: "Rename",
        group: "Files",
        keys: ["F2"],
        icon: IconPencil,
        perform: () => setRenaming(true),
      },
      {
        id: "file.duplicate",
        label: "Duplicate",
        group: "Files",
        icon: IconCopy,
        perform: async () => {
          const made = await duplicateFile(project, file.path, paths);
          if (made) onOpen(made);
        },
      },
      {
        id: "file.history",
        label: "History",
        group: "Files",
        icon: IconHistory,
        leadsTo: historyOf(project, file.path),
        perform: () => navigate(historyOf(project, file.path)),
      },
      {
        id: "file.delete",
        label: "Delete",
        group: "Files",
        keys: ["Delete"],
        icon: IconTrash,
        perform: async () => {
          if ((await deleteFile(project, file.path)) && isOpen) navigate(`/projects/${project}/code`);
        },
      },
    ],
    [project, file.path, isOpen, paths, onOpen, navigate],
  );
  return (
    <li
      {...thing}
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
      <DotsMenu name={file.path} actions={actions} opened={menu} onChange={setMenu} />
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
