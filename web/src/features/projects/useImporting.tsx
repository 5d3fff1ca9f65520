/** Bringing a project in: by dropping it, or by choosing an archive or a folder. */
import { type ChangeEvent, type DragEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { done, failed } from "@/state/toasts";
import { droppedArchive, folderArchive } from "./importing";
import { bringIn } from "./queries";

const NOTHING = "Nothing was imported";

export function useImporting() {
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const archives = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const take = async (found: Blob | null | Promise<Blob | null>) => {
    setBusy(true);
    try {
      const archive = await found;
      if (!archive) throw new Error("Drop one zip or tar file, or one folder.");
      const { project, skipped } = await bringIn(archive);
      done(`Imported ${project.name}${withoutWords(skipped.length)}`);
      navigate(`/projects/${project.id}/pipelines`);
    } catch (problem) {
      failed(problem, NOTHING);
    } finally {
      setBusy(false);
    }
  };
  const inputs = (
    <>
      <input
        ref={archives}
        type="file"
        accept=".zip,.tar,.gz,.tgz,.bz2,.xz"
        hidden
        aria-label="Archive to import"
        onChange={(event) => {
          const [file] = chosenIn(event);
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
          const files = chosenIn(event);
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
      void take(droppedArchive(event.dataTransfer));
    },
  };
  return {
    busy,
    /** Whether something is held over the place where it can be dropped. */
    over,
    drop,
    /** What the dialogs of the system hang on; to be put somewhere. */
    inputs,
    chooseArchive: () => archives.current?.click(),
    chooseFolder: () => folders.current?.click(),
  };
}

/** The files that were chosen; the same ones can be chosen again. */
function chosenIn({ currentTarget: input }: ChangeEvent<HTMLInputElement>): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}

function withoutWords(skipped: number): string {
  if (skipped === 0) return "";
  return skipped === 1 ? ", without 1 link or cache" : `, without ${skipped} links and caches`;
}
