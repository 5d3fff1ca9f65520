/** Pipelines as files: made, copied, renamed and deleted, each with a way back. */
import { api, ask } from "@/api/client";
import { queries, type useProject } from "@/api/queries";
import { done, failed } from "@/state/toasts";

export type Pipeline = NonNullable<ReturnType<typeof useProject>["data"]>["pipelines"][number];

/** The file of a pipeline, which may be one that cannot be read. */
export type PipelineFile = Pick<Pipeline, "name" | "file">;

const EMPTY = "nodes: {}\n";

export const fileOf = (name: string): string => `pipelines/${name}.yaml`;

export function editAddress(project: string, name: string): string {
  return `/projects/${project}/pipelines/edit?name=${encodeURIComponent(name)}`;
}

const LONGEST = 100;

/** Why a text cannot be a pipeline's name, as a sentence; null when it can. */
export function nameTrouble(name: string, taken: Iterable<string>): string | null {
  if (name === "") return "A pipeline needs a name.";
  if (name.length > LONGEST) return `A name has at most ${LONGEST} characters.`;
  if (
    !/^[\p{L}\p{N}_][\p{L}\p{N}_. -]*(\/[\p{L}\p{N}_][\p{L}\p{N}_. -]*)*$/u.test(name) ||
    /[. ](\/|$)/.test(name)
  )
    return "Use letters, digits, spaces, - and _; a slash makes a folder.";
  for (const other of taken)
    if (other.toLowerCase() === name.toLowerCase()) return `There is a pipeline ${other} already.`;
  return null;
}

/** `train-2`, or the next that is free. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  if (!used.has(wanted.toLowerCase())) return wanted;
  for (let number = 2; ; number++)
    if (!used.has(`${wanted}-${number}`.toLowerCase())) return `${wanted}-${number}`;
}

const at = (project: string, path: string) => ({ params: { path: { project }, query: { path } } });
const changed = (project: string) => queries.invalidateQueries({ queryKey: ["project", project] });

async function put(project: string, path: string, text: string): Promise<void> {
  await ask(api.PUT("/api/v1/projects/{project}/file", { ...at(project, path), body: { text } }));
}

async function remove(project: string, path: string): Promise<string> {
  return (await ask(api.DELETE("/api/v1/projects/{project}/file", at(project, path)))).text;
}

/** Make a pipeline, empty or as a copy; throws ApiError. */
export async function createPipeline(project: string, name: string, from: Pipeline | null): Promise<void> {
  const text = from
    ? (await ask(api.GET("/api/v1/projects/{project}/file", at(project, from.file)))).text
    : EMPTY;
  await put(project, fileOf(name), text);
  await changed(project);
}

export async function duplicatePipeline(
  project: string,
  pipeline: Pipeline,
  taken: readonly string[],
): Promise<void> {
  const name = freeName(pipeline.name.replace(/-\d+$/, ""), taken);
  try {
    await createPipeline(project, name, pipeline);
    done(`${name} is a copy of ${pipeline.name}.`, () =>
      remove(project, fileOf(name)).then(() => changed(project)),
    );
  } catch (error) {
    failed(error, `${pipeline.name} was not copied`);
  }
}

/** Give a pipeline another name; throws ApiError. */
export async function renamePipeline(project: string, pipeline: PipelineFile, name: string): Promise<void> {
  const move = async (path: string, to: string) => {
    await ask(
      api.POST("/api/v1/projects/{project}/file/rename", {
        params: { path: { project } },
        body: { path, to },
      }),
    );
    await changed(project);
  };
  await move(pipeline.file, fileOf(name));
  done(`${pipeline.name} is now called ${name}.`, () => move(fileOf(name), pipeline.file));
}

export async function deletePipeline(project: string, pipeline: PipelineFile): Promise<void> {
  try {
    const text = await remove(project, pipeline.file);
    await changed(project);
    done(`${pipeline.name} is deleted. Its runs stay.`, () =>
      put(project, pipeline.file, text).then(() => changed(project)),
    );
  } catch (error) {
    failed(error, `${pipeline.name} was not deleted`);
  }
}
