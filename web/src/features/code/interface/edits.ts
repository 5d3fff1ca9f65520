/** Edits of an interface: the server rewrites the source, and the text becomes that in one step. Pipelines follow. */
import { api, ask, type Schemas } from "@/api/client";
import type { LiveDocument } from "@/state/document";
import { done } from "@/state/toasts";
import { followSaved, putFollowed, takeBack } from "./followed";
import type { Names, Renamed } from "./renamed";

export type Edit = Schemas["InterfaceEdit"];
export type Part = "input" | "output" | "attribute" | "reference";

export interface Change {
  deed: Edit["deed"];
  part?: Part;
  name?: string;
  value?: string;
  annotation?: string | null;
  default?: string | null;
  at?: number | null;
}

interface Subject {
  document: LiveDocument;
  project: string;
  path: string;
}

/**
 * Change the interface in one step, and have the pipelines follow what is renamed by it; throws ApiError.
 * Whoever types meanwhile is not overwritten.
 */
export async function edit(subject: Subject, operation: string, label: string, changes: readonly Change[]) {
  const { document, project, path } = subject;
  for (;;) {
    const before = document.text.toString();
    let source = before;
    let lines: number[] = [];
    for (const change of changes) {
      const answer = await ask(
        api.POST("/api/v1/projects/{project}/code/edit", {
          params: { path: { project } },
          body: { path, source, edit: change as Edit },
        }),
      );
      source = answer.source;
      lines = answer.uses ?? [];
    }
    if (document.text.toString() !== before) continue;
    const renamed = renames(operation, changes);
    await write(subject, label, source, renamed);
    if (lines.length > 0)
      done(
        `${changes[0]?.name} is still used in line${lines.length === 1 ? "" : "s"} ${lines.join(", ")}.`,
        () => takeBack({ project, path, label, before, after: source, renamed }),
      );
    return;
  }
}

/** Make the text say something else, and have the pipelines follow. Throws ApiError. */
export async function write(
  { document, project, path }: Subject,
  label: string,
  source: string,
  renamed: readonly Renamed[],
) {
  const before = document.text.toString();
  if (!putFollowed(document, label, source, renamed) || renamed.length === 0) return;
  const count = await followSaved(document, renamed);
  const [first] = renamed;
  if (first && count > 0)
    done(
      `${first.port ?? first.name} is now ${first.to}, in ${count} pipeline${count === 1 ? "" : "s"} too.`,
      () => takeBack({ project, path, label, before, after: source, renamed }),
    );
}

function renames(operation: string, changes: readonly Change[]): Renamed[] {
  return changes.flatMap(({ deed, part, name, value = "" }): Renamed[] => {
    if (deed === "operation") return [{ name: operation, to: value }];
    return deed === "rename" && part && name ? [{ name: operation, to: value, part, port: name }] : [];
  });
}

/** The interface that a text has now; null when that cannot be read. */
export async function interfaceOf(project: string, path: string, source: string): Promise<Names | null> {
  const { operation } = await ask(
    api.POST("/api/v1/projects/{project}/code/interface", {
      params: { path: { project } },
      body: { path, source },
    }),
  );
  return operation?.current ? operation : null;
}
