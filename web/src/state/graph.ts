/**
 * The graph of a live pipeline: read from its Yjs document by fine-grained observers, written by changes.
 *
 * A node that did not change stays the same object, so what is made from it need not be made again.
 */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import * as Y from "yjs";
import type { Change } from "@/graph/change";
import {
  EMPTY,
  type Graph,
  type GraphNode,
  type Loose,
  type NodeId,
  type Note,
  type Point,
  type Source,
} from "@/graph/model";
import { change, type LiveDocument } from "./document";
import { oncePer } from "./oncePer";

const NOTE_SIZE: Point = [176, 80];

/** One document's graph, kept up to date for as long as somebody follows it. */
export class LiveGraph {
  private current: Graph = EMPTY;
  private followed = false;
  private readonly listeners = new Set<() => void>();
  private readonly nodes: Y.Map<Y.Map<unknown>>;
  private readonly notes: Y.Map<Y.Map<unknown>>;

  constructor(doc: Y.Doc) {
    this.nodes = doc.getMap("nodes");
    this.notes = doc.getMap("notes");
  }

  /** The graph as it is now; the same object until something changes. */
  snapshot = (): Graph => {
    if (!this.followed) {
      const fresh = { nodes: this.readAll(this.nodes, readNode), notes: this.readAll(this.notes, readNote) };
      this.current = {
        nodes: merged(this.current.nodes, fresh.nodes),
        notes: merged(this.current.notes, fresh.notes),
      };
    }
    return this.current;
  };

  subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) this.follow();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.leave();
    };
  };

  private follow(): void {
    this.snapshot();
    this.followed = true;
    this.nodes.observeDeep(this.onNodes);
    this.notes.observeDeep(this.onNotes);
  }

  private leave(): void {
    this.followed = false;
    this.nodes.unobserveDeep(this.onNodes);
    this.notes.unobserveDeep(this.onNotes);
  }

  private onNodes = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    this.current = { ...this.current, nodes: this.reread(this.current.nodes, this.nodes, events, readNode) };
    this.tell();
  };

  private onNotes = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    this.current = { ...this.current, notes: this.reread(this.current.notes, this.notes, events, readNote) };
    this.tell();
  };

  private reread<Thing>(
    before: ReadonlyMap<string, Thing>,
    source: Y.Map<Y.Map<unknown>>,
    events: readonly Y.YEvent<Y.AbstractType<unknown>>[],
    read: (id: string, map: Y.Map<unknown>) => Thing,
  ): ReadonlyMap<string, Thing> {
    const touched = new Set<string>();
    for (const event of events) {
      if (event.path.length === 0) for (const key of event.changes.keys.keys()) touched.add(key);
      else touched.add(String(event.path[0]));
    }
    const after = new Map(before);
    for (const id of touched) {
      const map = source.get(id);
      if (map instanceof Y.Map) after.set(id, read(id, map));
      else after.delete(id);
    }
    return after;
  }

  private readAll<Thing>(
    source: Y.Map<Y.Map<unknown>>,
    read: (id: string, map: Y.Map<unknown>) => Thing,
  ): Map<string, Thing> {
    const found = new Map<string, Thing>();
    for (const [id, map] of source) if (map instanceof Y.Map) found.set(id, read(id, map));
    return found;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const graphOf = oncePer((doc: Y.Doc) => new LiveGraph(doc));

/** The graph of a document, the same for all who ask. */
export function liveGraph(document: Pick<LiveDocument, "doc">): LiveGraph {
  return graphOf(document.doc);
}

/** The whole graph; the component renders again whenever anything in it changes. */
export function useGraph(document: LiveDocument): Graph {
  const live = liveGraph(document);
  return useSyncExternalStore(live.subscribe, live.snapshot);
}

/** One node; the component renders again only when that node changes. */
export function useGraphNode(document: LiveDocument, id: NodeId | null): GraphNode | undefined {
  return useFromGraph(
    document,
    useCallback((graph: Graph) => (id === null ? undefined : graph.nodes.get(id)), [id]),
  );
}

export const hasNoNodes = ({ nodes }: Graph): boolean => nodes.size === 0;

/** Something made from the graph; renders again when it is another value. `pick` has to be stable and cheap. */
export function useFromGraph<Value>(document: LiveDocument, pick: (graph: Graph) => Value): Value {
  const live = liveGraph(document);
  const read = useMemo(() => {
    let graph: Graph | null = null;
    let value: Value;
    return () => {
      const now = live.snapshot();
      if (now !== graph) {
        graph = now;
        value = pick(now);
      }
      return value;
    };
  }, [live, pick]);
  return useSyncExternalStore(live.subscribe, read);
}

/**
 * Write changes into the document as one gesture: one transaction, one step to undo. Nothing for no changes, nor where
 * only reading is allowed.
 */
export function write(document: LiveDocument, label: string, changes: readonly Change[]): void {
  if (changes.length > 0 && document.writable) change(document, label, () => enter(document.doc, changes));
}

/** Enter changes into a document. What they name and is not there (any more) is left aside. */
export function enter(doc: Y.Doc, changes: readonly Change[]): void {
  const nodes = doc.getMap("nodes") as Y.Map<Y.Map<unknown>>;
  const notes = doc.getMap("notes") as Y.Map<Y.Map<unknown>>;
  for (const change of changes) {
    if (change.do === "add") nodes.set(change.node.id, nodeMap(change.node));
    else if (change.do === "remove") nodes.delete(change.node);
    else if (change.do === "add note")
      notes.set(change.note.id, new Y.Map(Object.entries(noteFields(change.note))));
    else if (change.do === "remove note") notes.delete(change.note);
    else if (change.do === "set note") put(notes.get(change.note), noteFields(change.fields));
    else {
      const node = nodes.get(change.node);
      if (node) enterNode(node, change);
    }
  }
}

type NodeChange = Extract<
  Change,
  { do: "set" | "connect" | "disconnect" | "attribute" | "reference" | "resource" | "through" }
>;

function enterNode(node: Y.Map<unknown>, change: NodeChange): void {
  if (change.do === "set") put(node, change.fields);
  else if (change.do === "connect") part(node, "inputs").set(change.input, { ...change.source });
  else if (change.do === "disconnect") part(node, "inputs").delete(change.input);
  else if (change.do === "through") put(part(node, "through"), { [change.output]: change.input });
  else put(part(node, `${change.do}s`), { [change.name]: change.value });
}

/** Set what is given; undefined takes away. */
function put(map: Y.Map<unknown> | undefined, fields: object): void {
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) map?.delete(key);
    else map?.set(key, value);
  }
}

/** A map inside a node; made when the node has none. */
function part(node: Y.Map<unknown>, name: string): Y.Map<unknown> {
  const found = node.get(name);
  if (found instanceof Y.Map) return found as Y.Map<unknown>;
  const fresh = new Y.Map<unknown>();
  node.set(name, fresh);
  return fresh;
}

const PARTS = ["attributes", "references", "inputs", "resources", "through"] as const;

function nodeMap(node: GraphNode): Y.Map<unknown> {
  const { id: _, ...fields } = node;
  const map = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    map.set(
      key,
      (PARTS as readonly string[]).includes(key) ? new Y.Map(Object.entries(value as object)) : value,
    );
  }
  return map;
}

function noteFields(note: Partial<Note>): object {
  const { id: _, ...fields } = note;
  return fields;
}

function readNode(id: NodeId, map: Y.Map<unknown>): GraphNode {
  const at = point(map.get("at"));
  const cache = map.get("cache");
  const through = record(map.get("through")) as Record<string, string | null>;
  return {
    id,
    name: text(map.get("name")),
    operation: text(map.get("operation")),
    attributes: record(map.get("attributes")),
    references: record(map.get("references")) as Record<string, string>,
    inputs: record(map.get("inputs")) as Record<string, Source | Loose>,
    resources: record(map.get("resources")),
    order: text(map.get("order")),
    ...(at && { at }),
    ...(typeof cache === "boolean" && { cache }),
    ...(map.get("bypass") === true && { bypass: true }),
    ...(Object.keys(through).length > 0 && { through }),
    ...(map.get("mute") === true && { mute: true }),
    ...(map.get("pin") === true && { pin: true }),
  };
}

function readNote(id: string, map: Y.Map<unknown>): Note {
  return {
    id,
    text: text(map.get("text")),
    at: point(map.get("at")) ?? [0, 0],
    size: point(map.get("size")) ?? NOTE_SIZE,
  };
}

function record(value: unknown): Record<string, unknown> {
  if (!(value instanceof Y.Map)) return {};
  return Object.fromEntries(
    [...value].map(([key, entry]) => [key, entry instanceof Y.AbstractType ? entry.toJSON() : entry]),
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value instanceof Y.Text ? value.toString() : "";
}

function point(value: unknown): Point | undefined {
  const pair = value instanceof Y.Array ? value.toArray() : value;
  return Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite)
    ? [pair[0], pair[1]]
    : undefined;
}

/** The fresh things, but the known object where both say the same; the known map when all do. */
function merged<Thing>(
  known: ReadonlyMap<string, Thing>,
  fresh: Map<string, Thing>,
): ReadonlyMap<string, Thing> {
  let same = known.size === fresh.size;
  for (const [id, thing] of fresh) {
    const before = known.get(id);
    if (before !== undefined && written(before) === written(thing)) fresh.set(id, before);
    else same = false;
  }
  return same ? known : fresh;
}

function written(thing: unknown): string {
  return JSON.stringify(thing, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
