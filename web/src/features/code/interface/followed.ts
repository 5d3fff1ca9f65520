/** Steps of a text that pipelines follow: when they are done, undone, done again, and taken back later. */
import { ApiError, api, ask } from "@/api/client";
import { type LiveDocument, openDocument } from "@/state/document";
import { whenEditable } from "@/state/editable";
import { failed } from "@/state/toasts";
import { rewrite } from "../pen";
import { backwards, type Renamed } from "./renamed";

/** A step that was done, for whoever wants to take it back. */
export interface Step {
  project: string;
  path: string;
  label: string;
  before: string;
  after: string;
  renamed: readonly Renamed[];
}

const FOLLOW = "follow";
/** Documents whose undo and redo are followed. */
const heard = new WeakSet<LiveDocument>();

/** Write a file, and have the pipelines follow its new names; how many of them were changed. */
export async function followSaved(document: LiveDocument, renamed: readonly Renamed[]): Promise<number> {
  const { project } = document;
  await document.save();
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

/** Make a text say something else in one step, which pipelines follow when it is undone; whether that changed anything. */
export function putFollowed(
  document: LiveDocument,
  label: string,
  source: string,
  renamed: readonly Renamed[],
): boolean {
  if (!rewrite(document, label, source)) return false;
  document.undo.undoStack.at(-1)?.meta.set(FOLLOW, renamed);
  hear(document);
  return true;
}

/** Have pipelines follow for as long as the document is there, whatever is shown of it. */
function hear(document: LiveDocument): void {
  if (heard.has(document)) return;
  heard.add(document);
  const { undo } = document;
  undo.on("stack-item-popped", ({ stackItem, type }) => {
    const renamed = stackItem.meta.get(FOLLOW) as readonly Renamed[] | undefined;
    if (!renamed) return;
    const other = type === "undo" ? undo.redoStack.at(-1) : undo.undoStack.at(-1);
    other?.meta.set(FOLLOW, renamed);
    if (renamed.length === 0) return;
    followSaved(document, type === "undo" ? backwards(renamed) : renamed).catch((error) =>
      failed(error, "The pipelines did not follow"),
    );
  });
}

/** Take a step back, also when its file was closed meanwhile. Throws ApiError when there is something newer in it. */
export async function takeBack({ project, path, label, before, after, renamed }: Step): Promise<void> {
  const opened = openDocument(project, path);
  try {
    const document = await whenEditable(opened);
    const text = document.text.toString();
    if (document.undo.undoStack.at(-1)?.meta.get(FOLLOW) === renamed) {
      document.undo.undo();
    } else if (text === after) {
      putFollowed(document, label, before, backwards(renamed));
      await followSaved(document, backwards(renamed));
    } else if (text !== before) {
      throw new ApiError(
        409,
        "conflict",
        `${path} was changed since.`,
        "Open the file and undo until this is taken back, or restore an earlier version of it.",
      );
    }
  } finally {
    opened.release();
  }
}
