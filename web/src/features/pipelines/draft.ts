/** The pipeline as it is drawn now, in the form in which the server checks and previews it. */
import { useSyncExternalStore } from "react";
import { type Graph, type GraphNode, inOrder, isSource, type NodeId } from "@/graph/model";
import type { LiveDocument } from "@/state/document";
import { liveGraph } from "@/state/graph";
import { oncePer } from "@/state/oncePer";

export interface WrittenNode {
  operation: string;
  attributes: Record<string, unknown>;
  references: Record<string, string>;
  inputs: Record<string, string>;
  resources: Record<string, unknown>;
  cache?: boolean;
  bypass?: boolean;
  through?: Record<string, string | null>;
  mute?: boolean;
}

export interface Draft {
  nodes: Record<string, WrittenNode>;
  /** The node of each name; of two with the same name, the first. */
  ids: ReadonlyMap<string, NodeId>;
  /** The nodes whose name another one has already. */
  twins: readonly NodeId[];
  /** Equal for drafts that mean the same, wherever they are drawn. */
  key: string;
}

/** A graph as its file would say it, without places and notes. */
export function draftOf(graph: Graph): Draft {
  const nodes: Record<string, WrittenNode> = {};
  const ids = new Map<string, NodeId>();
  const twins: NodeId[] = [];
  for (const node of inOrder(graph)) {
    if (ids.has(node.name)) {
      twins.push(node.id);
      continue;
    }
    ids.set(node.name, node.id);
    nodes[node.name] = written(node, graph);
  }
  return { nodes, ids, twins, key: JSON.stringify([nodes, twins]) };
}

function written(node: GraphNode, graph: Graph): WrittenNode {
  const inputs = Object.entries(node.inputs).map(([port, source]) => {
    if (!isSource(source)) return [port, source.text];
    const name = graph.nodes.get(source.node)?.name ?? source.node.replace(/^n-/, "");
    return [port, source.output === null ? name : `${name}.${source.output}`];
  });
  return {
    operation: node.operation,
    attributes: plain(node.attributes) as Record<string, unknown>,
    references: { ...node.references },
    inputs: Object.fromEntries(inputs),
    resources: plain(node.resources) as Record<string, unknown>,
    ...(node.cache !== undefined && { cache: node.cache }),
    ...(node.bypass && { bypass: true }),
    ...(node.through && { through: { ...node.through } }),
    ...(node.mute && { mute: true }),
  };
}

/** Whole numbers that are too large for JavaScript come as `bigint`, which JSON cannot say. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  return value;
}

/** Milliseconds of quiet after which a draft is worth asking the server about. */
const QUIET = 40;

/** The draft of a document; a new one only when it means something else and nobody drew for a moment. */
export function useDraft(document: LiveDocument): Draft | null {
  const { subscribe, snapshot } = watchOf(document);
  return useSyncExternalStore(subscribe, snapshot);
}

interface Watch {
  snapshot: () => Draft | null;
  subscribe: (listener: () => void) => () => void;
}

/** The one reader of a document, however many ask for its draft. */
const watchOf = oncePer((document: LiveDocument): Watch => {
  const live = liveGraph(document);
  const listeners = new Set<() => void>();
  let draft: Draft | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ends: (() => void)[] = [];
  const read = () => {
    if (!document.ready || document.unreadable) return;
    const fresh = draftOf(live.snapshot());
    if (draft?.key === fresh.key && sameIds(draft.ids, fresh.ids)) return;
    draft = fresh;
    for (const listener of [...listeners]) listener();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(read, QUIET);
  };
  return {
    snapshot: () => draft,
    subscribe: (listener) => {
      if (listeners.size === 0) {
        ends = [live.subscribe(later), document.subscribe(later)];
        read();
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        for (const end of ends) end();
      };
    },
  };
});

function sameIds(one: ReadonlyMap<string, NodeId>, other: ReadonlyMap<string, NodeId>): boolean {
  return one.size === other.size && [...one].every(([name, id]) => other.get(name) === id);
}

/** The name of the pipeline in a file: `pipelines/train.yaml` → `train`. */
export function pipelineName(path: string): string {
  return path.replace(/^pipelines\//, "").replace(/\.ya?ml$/, "");
}
