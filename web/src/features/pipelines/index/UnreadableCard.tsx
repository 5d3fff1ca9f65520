/** A file of a pipeline that cannot be read, as a card: what is wrong, and what can be done with the file. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDots,
  IconFileText,
  IconHistory,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "react-router";
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
  const history = `/projects/${project}/history?path=${encodeURIComponent(file.file)}`;
  return (
    <li className={css.card}>
      <div className={css.wrong}>
        <p>
          {file.line !== null && <b>Line {file.line}</b>} {file.message}
        </p>
        {file.hint && <p className={css.hint}>{file.hint}</p>}
      </div>
      <Link to={text} className={css.open}>
        {file.name}
      </Link>
      <div className={css.facts}>
        <span className={css.errors}>
          <IconAlertTriangle size={13} aria-hidden /> cannot be read
        </span>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              className={css.dots}
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Actions for ${file.name}`}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFileText size={15} />} component={Link} to={text}>
              Open as text
            </Menu.Item>
            <Menu.Item leftSection={<IconHistory size={15} />} component={Link} to={history}>
              History
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={onRename}>
              Rename
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={15} />} onClick={onDelete}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}
