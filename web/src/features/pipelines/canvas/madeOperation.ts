/** An operation that was made on the canvas: its node and its file go together, and come back together. */
import { api, ask } from "@/api/client";
import { queries } from "@/api/queries";
import { remove } from "@/graph/editing";
import type { LiveDocument } from "@/state/document";
import type { Beside } from "@/state/documentUndo";
import { liveGraph, write } from "@/state/graph";
import { dismiss, done, failed, type Toast } from "@/state/toasts";
import { type NewOperation, operationsNow } from "./newOperation";

interface Made {
  live: LiveDocument;
  project: string;
  operation: NewOperation;
  /** Its node, which my newest step in the document has brought. */
  node: string;
}

interface Told {
  message: string;
  more?: Toast["more"];
  /** The file was deleted again. */
  onGone?: () => void;
}

/** Say what was made. Undo takes the node out, and deletes the file unless somebody has use for it by now. */
export function tellMade({ live, project, operation, node }: Made, { message, more, onGone }: Told): void {
  let gone = false;
  let turn: Promise<void> = Promise.resolve();
  const next = (deed: () => Promise<void>, trouble: string) => {
    turn = turn.then(deed).catch((error: unknown) => void failed(error, trouble));
  };
  const beside: Beside = {
    undone: () => {
      dismiss(toast);
      next(async () => {
        const use = await discard(live, project, operation);
        gone = use === null;
        done(gone ? `${operation.path} is deleted again.` : `${operation.path} stays: ${use}.`);
        if (gone) onGone?.();
      }, `${operation.path} was not deleted`);
    },
    redone: () =>
      next(async () => {
        if (gone) await put(project, operation);
        gone = false;
      }, `${operation.path} was not made again`),
  };
  const takeBack = () => {
    if (live.steps.isNewest(beside)) return void live.undo.undo();
    const changes = remove(liveGraph(live).snapshot(), operationsNow(project), [node]);
    write(live, `remove ${operation.name}`, changes);
    if (changes.length > 0) live.steps.accompany({ undone: beside.redone, redone: beside.undone });
    beside.undone();
  };
  live.steps.accompany(beside);
  const toast = done(message, takeBack, more);
}

/** Delete the file of an operation; for what it is kept, or null when it is gone. Throws ApiError. */
async function discard(live: LiveDocument, project: string, operation: NewOperation): Promise<string | null> {
  const file = { params: { path: { project }, query: { path: operation.path } } };
  if (await isUsed(live, project, operation.name)) return "other nodes use it";
  const { text } = await ask(api.GET("/api/v1/projects/{project}/file", file));
  if (text !== operation.source) return "it was edited since";
  const last = await ask(api.DELETE("/api/v1/projects/{project}/file", file));
  if (last.text !== operation.source) {
    await put(project, { ...operation, source: last.text }); // edited until this moment
    return "it was edited since";
  }
  await queries.invalidateQueries({ queryKey: ["project", project] });
  return null;
}

async function isUsed(live: LiveDocument, project: string, name: string): Promise<boolean> {
  for (const node of liveGraph(live).snapshot().nodes.values()) if (node.operation === name) return true;
  const { pipelines } = await ask(api.GET("/api/v1/projects/{project}", { params: { path: { project } } }));
  const others = pipelines.filter((pipeline) => pipeline.file !== live.path);
  return others.some((pipeline) => pipeline.nodes.some((node) => node.operation === name));
}

async function put(project: string, { path, source }: NewOperation): Promise<void> {
  await ask(
    api.PUT("/api/v1/projects/{project}/file", {
      params: { path: { project }, query: { path } },
      body: { text: source },
    }),
  );
  await queries.invalidateQueries({ queryKey: ["project", project] });
}
