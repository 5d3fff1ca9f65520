/** Edits of an interface: the server rewrites the source, and the text becomes that in one step. */
import { api, ask, type Schemas } from "@/api/client";
import type { LiveDocument } from "@/state/document";
import { done, failed } from "@/state/toasts";
import { rewrite } from "../pen";

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

/** Change the interface; throws ApiError. Whoever types meanwhile is not overwritten. */
export async function edit(
  document: LiveDocument,
  project: string,
  path: string,
  label: string,
  change: Change,
) {
  for (;;) {
    const source = document.text.toString();
    const answer = await ask(
      api.POST("/api/v1/projects/{project}/code/edit", {
        params: { path: { project } },
        body: { path, source, edit: change as Edit },
      }),
    );
    if (document.text.toString() !== source) continue;
    rewrite(document, label, answer.source);
    const lines = answer.uses ?? [];
    if (lines.length > 0)
      done(`${change.name} is still used in line${lines.length === 1 ? "" : "s"} ${lines.join(", ")}.`, () =>
        document.undo.undo(),
      );
    return;
  }
}

/** Give the operation another name, in its file and in the pipelines that use it. Throws ApiError. */
export async function renameOperation(
  document: LiveDocument,
  project: string,
  path: string,
  name: string,
  to: string,
) {
  await edit(document, project, path, `Rename ${name}`, { deed: "operation", value: to });
  document.undo.undoStack.at(-1)?.meta.set(FOLLOW, [name, to]);
  await document.save();
  const paths = await follow(project, name, to);
  const count = paths.length;
  done(`${name} is now ${to}${count > 0 ? `, in ${count} pipeline${count === 1 ? "" : "s"} too` : ""}.`, () =>
    document.undo.undo(),
  );
}

async function follow(project: string, name: string, to: string): Promise<string[]> {
  const answer = await ask(
    api.POST("/api/v1/projects/{project}/code/follow", {
      params: { path: { project } },
      body: { name, to },
    }),
  );
  return answer.paths;
}

/** Have pipelines follow when a new name of an operation is undone or done again. Returns how to end that. */
export function followUndo(document: LiveDocument, project: string): () => void {
  const { undo } = document;
  const popped = (event: { stackItem: { meta: Map<unknown, unknown> }; type: "undo" | "redo" }) => {
    const names = event.stackItem.meta.get(FOLLOW) as [string, string] | undefined;
    if (!names) return;
    const other = event.type === "undo" ? undo.redoStack.at(-1) : undo.undoStack.at(-1);
    other?.meta.set(FOLLOW, names);
    const [from, to] = event.type === "undo" ? [names[1], names[0]] : names;
    document
      .save()
      .then(() => follow(project, from, to))
      .catch((error) => failed(error, "The pipelines did not follow"));
  };
  undo.on("stack-item-popped", popped as never);
  return () => undo.off("stack-item-popped", popped as never);
}
