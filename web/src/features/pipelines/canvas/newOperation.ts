/** New operations: a file in the project, made from a name or from Python that somebody pasted. */
import type { Schemas } from "@/api/client";
import { queries } from "@/api/queries";
import type { Operations } from "@/graph/operation";
import { operationsFrom } from "@/graph/reading";
import { writeOperation } from "@/parts/code/sources";

export type NewOperation = Schemas["NewOperation"];

/** The name that a piece of Python suggests: that of its class with `execute`, else of its first function or class. */
export function nameIn(source: string): string | null {
  const classes = [...source.matchAll(/^class\s+([A-Za-z_]\w*)/gm)].map((match) => match[1] as string);
  const functions = [...source.matchAll(/^def\s+([A-Za-z]\w*)/gm)].map((match) => match[1] as string);
  const operation = /^\s+def\s+execute\s*\(/m.test(source) ? classes[0] : undefined;
  return operation ?? functions[0] ?? classes[0] ?? null;
}

/** Make the file of a new operation; what is then in the project. Throws ApiError. */
export async function createOperation(project: string, name: string, source?: string): Promise<NewOperation> {
  const made = await writeOperation(project, { name, source });
  await queries.invalidateQueries({ queryKey: ["project", project] });
  return { ...made, name: nameIn(made.source) ?? name };
}

/** The operations of the project as they were last answered; an operation that was just made is among them. */
export function operationsNow(project: string): Operations {
  const known = queries.getQueryData<Schemas["ProjectDetail"]>(["project", project]);
  return operationsFrom(known?.operations ?? []);
}
