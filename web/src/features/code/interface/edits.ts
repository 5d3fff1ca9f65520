/** Edits of an interface: the server rewrites the source, and the text becomes that in one step. Pipelines follow. */
import { api, ask, type Schemas } from "@/api/client";
import type { LiveDocument } from "@/state/document";
import { done, failed } from "@/state/toasts";
import { rewrite } from "../pen";
import { backwards, type Names, type Renamed } from "./renamed";

export type Edit = Schemas["InterfaceEdit"];
export type Part = "input" | "output" | "attribute";

const FOLLOW = "follow";

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
    await write(subject, label, source, renames(operation, changes));
    if (lines.length > 0)
      done(
        `${changes[0]?.name} is still used in line${lines.length === 1 ? "" : "s"} ${lines.join(", ")}.`,
        () => document.undo.undo(),
      );
    return;
  }
}

/** Make the text say something else, and have the pipelines follow. Throws ApiError. */
export async function write(
  { document, project }: Subject,
  label: string,
  source: string,
  renamed: readonly Renamed[],
) {
  if (!rewrite(document, label, source) || renamed.length === 0) return;
  document.undo.undoStack.at(-1)?.meta.set(FOLLOW, renamed);
  await document.save();
  const count = await follow(project, renamed);
  const [first] = renamed;
  if (first && count > 0)
    done(
      `${first.port ?? first.name} is now ${first.to}, in ${count} pipeline${count === 1 ? "" : "s"} too.`,
      () => document.undo.undo(),
    );
}

function renames(operation: string, changes: readonly Change[]): Renamed[] {
  return changes.flatMap(({ deed, part, name, value = "" }): Renamed[] => {
    if (deed === "operation") return [{ name: operation, to: value }];
    return deed === "rename" && part && name ? [{ name: operation, to: value, part, port: name }] : [];
  });
}

/** How many pipelines were changed. */
async function follow(project: string, renamed: readonly Renamed[]): Promise<number> {
  const changed = new Set<string>();
  for (const { name, to, part = null, port = "" } of renamed) {
    const answer = await ask(
      api.POST("/api/v1/projects/{project}/code/follow", {
        params: { path: { project } },
        body: { name, to, part, port },
      }),
    );
    for (const path of answer.paths) changed.add(path);
  }
  return changed.size;
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

/** Have pipelines follow when a new name is undone or done again. Returns how to end that. */
export function followUndo(document: LiveDocument, project: string): () => void {
  const { undo } = document;
  const popped = (event: { stackItem: { meta: Map<unknown, unknown> }; type: "undo" | "redo" }) => {
    const renamed = event.stackItem.meta.get(FOLLOW) as readonly Renamed[] | undefined;
    if (!renamed) return;
    const other = event.type === "undo" ? undo.redoStack.at(-1) : undo.undoStack.at(-1);
    other?.meta.set(FOLLOW, renamed);
    document
      .save()
      .then(() => follow(project, event.type === "undo" ? backwards(renamed) : renamed))
      .catch((error) => failed(error, "The pipelines did not follow"));
  };
  undo.on("stack-item-popped", popped as never);
  return () => undo.off("stack-item-popped", popped as never);
}
