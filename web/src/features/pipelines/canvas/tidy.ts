/** Tidying: ELK lays out in a worker, the nodes glide there, and one step of undo brings them back. */
import type { ELK } from "elkjs/lib/elk-api";
import { move } from "@/graph/editing";
import { elkGraph, tidied } from "@/graph/layout";
import type { NodeId, Point } from "@/graph/model";
import type { Operations } from "@/graph/operation";
import type { LiveDocument } from "@/state/document";
import { liveGraph, write } from "@/state/graph";
import { type Board, motion } from "./board";

const GLIDE = 260;

let engine: Promise<ELK> | null = null;

/** ELK in its worker, loaded when it is first asked for. */
function elk(): Promise<ELK> {
  engine ??= Promise.all([import("elkjs/lib/elk-api"), import("elkjs/lib/elk-worker.min.js?url")]).then(
    ([{ default: Elk }, { default: workerUrl }]) => new Elk({ workerUrl }),
  );
  return engine;
}

/** Lay out these nodes (all, when there are fewer than two); what is pinned stays. */
export async function tidy(
  document: LiveDocument,
  operations: Operations,
  board: Board,
  ids: ReadonlySet<NodeId>,
): Promise<void> {
  const before = liveGraph(document).snapshot();
  const chosen = [...ids].filter((id) => before.nodes.has(id));
  const wanted = new Set(chosen.length > 1 ? chosen : before.nodes.keys());
  const answer = await (await elk()).layout(elkGraph(before, operations, wanted));
  const graph = liveGraph(document).snapshot();
  const places = tidied(graph, operations, answer as Parameters<typeof tidied>[2]);
  const changes = move(graph, places);
  if (changes.length === 0) return;
  await glide(board, places);
  write(document, "tidy", changes);
  if (!board.seesAll(wanted)) await board.fit(wanted);
}

/** Move what is drawn to its new places, without touching the document. */
function glide(board: Board, places: ReadonlyMap<NodeId, Point>): Promise<void> {
  const length = motion(GLIDE);
  const from = new Map(
    board.nodes.filter((node) => places.has(node.id)).map((node) => [node.id, node.position]),
  );
  if (length === 0 || from.size === 0) return Promise.resolve();
  const start = performance.now();
  return new Promise((resolve) => {
    const frame = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - start) / length));
      const eased = 1 - (1 - part) ** 3;
      board.store.getState().setNodes(
        board.nodes.map((node) => {
          const [old, place] = [from.get(node.id), places.get(node.id)];
          if (!old || !place) return node;
          return {
            ...node,
            position: { x: old.x + (place[0] - old.x) * eased, y: old.y + (place[1] - old.y) * eased },
          };
        }),
      );
      if (part < 1) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
}
