/** New operations: a file in the project, made from a name or from Python that somebody pasted. */
import { errorOf, type Schemas } from "@/api/client";
import { queries } from "@/api/queries";
import type { Operations } from "@/graph/operation";
import { operationsFrom } from "@/graph/reading";

interface NewFile {
  path: string;
  source: string;
}

export interface NewOperation extends NewFile {
  name: string;
}

/** The name that a piece of Python suggests: that of its class with `execute`, else of its first function or class. */
export function nameIn(source: string): string | null {
  const classes = [...source.matchAll(/^class\s+([A-Za-z_]\w*)/gm)].map((match) => match[1] as string);
  const functions = [...source.matchAll(/^def\s+([A-Za-z]\w*)/gm)].map((match) => match[1] as string);
  const operation = /^\s+def\s+execute\s*\(/m.test(source) ? classes[0] : undefined;
  return operation ?? functions[0] ?? classes[0] ?? null;
}

/** Make the file of a new operation; what is then in the project. Throws ApiError. */
export async function createOperation(project: string, name: string, source?: string): Promise<NewOperation> {
  const made = await post<NewFile>(`/api/v1/projects/${project}/code/operation`, {
    name,
    ...(source !== undefined && { source }),
  });
  const query = new URLSearchParams({ path: made.path });
  await send("PUT", `/api/v1/projects/${project}/file?${query}`, { text: made.source });
  await queries.invalidateQueries({ queryKey: ["project", project] });
  return { ...made, name: nameIn(made.source) ?? name };
}

/** The operations of the project as they were last answered; an operation that was just made is among them. */
export function operationsNow(project: string): Operations {
  const known = queries.getQueryData<Schemas["ProjectDetail"]>(["project", project]);
  return operationsFrom(known?.operations ?? []);
}

async function post<Data>(path: string, body: unknown): Promise<Data> {
  return (await (await send("POST", path, body)).json()) as Data;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null));
  return response;
}
