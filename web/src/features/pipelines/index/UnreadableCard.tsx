/** A file of a pipeline that cannot be read, as a card: what is wrong, and what can be done with the file. */
import { IconAlertTriangle, IconFileText, IconHistory, IconPencil, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "react-router";
import { DotsMenu } from "@/parts/DotsMenu";
import { historyOf } from "@/parts/history/address";
import type { Action } from "@/state/actions";
import { useThing } from "@/state/thing";
import { editAddress } from "./files";
import css from "./index.module.css";
import type { UnreadableFile } from "./unreadable";

interface UnreadableCardProps {
  project: string;
  file: UnreadableFile;
  onRename: () => void;
  onDelete: () => void;
}

export function UnreadableCard({ project, file, onRename, onDelete }: UnreadableCardProps) {
  const text = editAddress(project, file.name);
  const navigate = useNavigate();
  const { actions, thing } = useThing<HTMLLIElement>(
    "pipeline",
    file.name,
    (): Action[] => [
      {
        id: "pipelines.text",
        label: "Open as text",
        group: "Pipelines",
        icon: IconFileText,
        perform: () => navigate(text),
      },
      {
        id: "pipelines.history",
        label: "History",
        group: "Pipelines",
        icon: IconHistory,
        perform: () => navigate(historyOf(project, file.file)),
      },
      {
        id: "pipelines.rename",
        label: "Rename",
        group: "Pipelines",
        keys: ["F2"],
        icon: IconPencil,
        perform: onRename,
      },
      {
        id: "pipelines.delete",
        label: "Delete",
        group: "Pipelines",
        keys: ["Delete"],
        icon: IconTrash,
        perform: onDelete,
      },
    ],
    [project, file.file, text, navigate, onRename, onDelete],
  );
  return (
    <li className={css.card} {...thing}>
      <div className={css.wrong}>
        <p>
          {file.line !== null && <b>Line {file.line}</b>} {file.message}
        </p>
        <p className={css.hint}>{file.hint}</p>
      </div>
      <Link to={text} className={css.open}>
        {file.name}
      </Link>
      <div className={css.facts}>
        <span className={css.errors}>
          <IconAlertTriangle size={13} aria-hidden /> cannot be read
        </span>
        <DotsMenu name={file.name} actions={actions} className={css.dots} />
      </div>
    </li>
  );
}
