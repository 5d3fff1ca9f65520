/** The files of a project by what they are, with those marked in which something is wrong. */
import { ActionIcon, Button, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { type File, GROUPS, groupOf, useFiles } from "../files";
import { FileRow } from "./FileRow";
import { TextHits } from "./TextHits";
import css from "./tree.module.css";

interface FileTreeProps {
  project: string;
  current: string;
  onNew: (kind: string) => void;
  onOpen: (path: string) => void;
}

export function FileTree({ project, current, onNew, onOpen }: FileTreeProps) {
  const { data, error, refetch } = useFiles(project);
  const [wanted, setWanted] = useState("");
  const [text] = useDebouncedValue(wanted.trim(), 200);
  if (error && !data) return <Failed what="The files cannot be shown" error={error} again={refetch} />;
  if (!data) return <Loading what="the files" />;
  const words = wanted.trim().toLowerCase();
  const shown = data.files.filter(
    (file) => groupOf(file) && `${file.path} ${file.operation ?? ""}`.toLowerCase().includes(words),
  );
  const paths = data.files.map((file) => file.path);
  const row = (file: File) => (
    <FileRow
      key={file.path}
      project={project}
      file={file}
      isOpen={file.path === current}
      paths={paths}
      onOpen={onOpen}
    />
  );
  return (
    <nav className={css.tree} aria-label="Files">
      <div className={css.head}>
        <TextInput
          className={css.search}
          leftSection={<IconSearch size={14} />}
          placeholder="Search names and text"
          aria-label="Search names and text"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Tooltip label="New file">
          <ActionIcon variant="default" size={30} aria-label="New file" onClick={() => onNew("operation")}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={css.rows}>
        {GROUPS.map(([kind, title]) => {
          const files = shown.filter((file) => groupOf(file) === kind);
          if (files.length === 0 && (words !== "" || kind === "other" || kind === "serialization"))
            return null;
          return (
            <section key={kind} aria-label={title}>
              <h3>{title}</h3>
              {files.length > 0 ? (
                <ul>{files.map(row)}</ul>
              ) : (
                <button type="button" className={css.none} onClick={() => onNew(kind)}>
                  Add one
                </button>
              )}
            </section>
          );
        })}
        {text.length > 1 && <TextHits project={project} text={text} />}
        {words !== "" && shown.length === 0 && (
          <Empty
            title="No file has that name"
            action={<Button onClick={() => setWanted("")}>Show all files</Button>}
          />
        )}
      </div>
    </nav>
  );
}
