/** The files of a project: what is there, and deeds with a way back. */
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { askAgain } from "@/api/queries";
import { writeOperation } from "@/parts/code/sources";
import { done, failed } from "@/state/toasts";

export type File = Schemas["FileView"];
export type Template = Schemas["CodeTemplate"];

export const GROUPS = [
  ["operation", "Operations"],
  ["utils", "Utils"],
  ["layers", "Layers"],
  ["serialization", "Serialization"],
  ["other", "Other files"],
] as const;

export type GroupKind = (typeof GROUPS)[number][0];

/** Where a file is shown in the tree; null: elsewhere in the editor. */
export function groupOf(file: File): GroupKind | null {
  if (file.kind === "pipeline" || file.kind === "architecture" || file.kind === "dashboard") return null;
  return file.kind === "settings" ? "other" : file.kind;
}

/** All files, followed as they change. */
export function useFiles(project: string) {
  useLive(`project:${project}`, () => void refresh(project));
  return useQuery({
    queryKey: ["files", project],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/files", { params: { path: { project } } })),
    staleTime: 0, // what changed while nobody showed them was told to nobody
  });
}

export const refresh = (project: string) => askAgain({ queryKey: ["files", project] });

export function addressOf(project: string, path: string, line?: number | null): string {
  return `/projects/${project}/code?path=${encodeURIComponent(path)}${line ? `&line=${line}` : ""}`;
}

/** Whether a file is what is looked at now. */
export const isLookedAt = (project: string, path: string): boolean =>
  window.location.pathname === `/projects/${project}/code` &&
  new URLSearchParams(window.location.search).get("path") === path;

const at = (project: string, path: string) => ({ params: { path: { project }, query: { path } } });

async function put(project: string, path: string, text: string): Promise<void> {
  await ask(api.PUT("/api/v1/projects/{project}/file", { ...at(project, path), body: { text } }));
  await refresh(project);
}

async function take(project: string, path: string): Promise<string> {
  const { text } = await ask(api.DELETE("/api/v1/projects/{project}/file", at(project, path)));
  await refresh(project);
  return text;
}

/** Make a new file of a kind; the path that it got. `source`: code to make an operation of. Throws ApiError. */
export async function makeFile(
  project: string,
  kind: string,
  name: string,
  template: string,
  source: string | null = null,
): Promise<string> {
  if (kind === "operation") {
    const { path } = await writeOperation(project, source === null ? { name, template } : { name, source });
    await refresh(project);
    return path;
  }
  const path =
    kind === "serialization" ? "serialization.py" : `${kind}/${name.endsWith(".py") ? name : `${name}.py`}`;
  await put(project, path, kind === "serialization" ? SERIALIZATION : `"""What this module is for."""\n`);
  return path;
}

const SERIALIZATION = `"""How types of this project travel between jobs."""

import deepforge

# deepforge.serialization.register(Mesh, write_mesh, read_mesh)
`;

/** Give a file another path; throws ApiError. */
export async function renameFile(
  project: string,
  path: string,
  to: string,
  moved: (from: string, to: string) => void,
) {
  const move = async (from: string, target: string) => {
    await ask(
      api.POST("/api/v1/projects/{project}/file/rename", {
        params: { path: { project } },
        body: { path: from, to: target },
      }),
    );
    await refresh(project);
    moved(from, target);
  };
  await move(path, to);
  done(`${path} is now ${to}.`, () => move(to, path).catch(failed));
}

export async function duplicateFile(
  project: string,
  path: string,
  taken: readonly string[],
): Promise<string | null> {
  const to = freePath(path, taken);
  try {
    const { text } = await ask(api.GET("/api/v1/projects/{project}/file", at(project, path)));
    await put(project, to, text);
    done(`${to} is a copy of ${path}.`, () => take(project, to).catch(failed));
    return to;
  } catch (error) {
    failed(error, `${path} was not copied`);
    return null;
  }
}

export async function deleteFile(project: string, path: string): Promise<boolean> {
  try {
    const text = await take(project, path);
    done(`${path} is deleted.`, () => put(project, path, text).catch(failed));
    return true;
  } catch (error) {
    failed(error, `${path} was not deleted`);
    return false;
  }
}

/** `utils/text_2.py` for `utils/text.py`, or the next that is free. */
function freePath(path: string, taken: readonly string[]): string {
  const [, stem = path, ending = ""] = /^(.*?)(?:_\d+)?(\.\w+)?$/.exec(path) ?? [];
  for (let number = 2; ; number++) {
    const free = `${stem}_${number}${ending}`;
    if (!taken.includes(free)) return free;
  }
}
