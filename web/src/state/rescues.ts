/** Edits that cannot come into their document any more, for the person to copy. */
import * as Y from "yjs";
import { create } from "zustand";
import { drop, type Entry, type Kept } from "./shelf";

export type Reason = "history" | "rights" | "large" | "gone" | "signed out";

export interface Rescue {
  project: string;
  path: string;
  text: string;
  why: Reason;
  /** What the browser keeps of it; it is offered again until the person has dealt with it. */
  entries: readonly Entry[];
}

const rescues = create<{ all: readonly Rescue[] }>(() => ({ all: [] }));
/** Entries that are offered just now. */
const offered = new Set<string>();

export const useRescues = (): readonly Rescue[] => rescues((kept) => kept.all);

export const isOffered = ({ id }: Entry): boolean => offered.has(id);

export function rescue(rescued: Rescue): void {
  for (const { id } of rescued.entries) offered.add(id);
  rescues.setState(({ all }) => ({ all: [...all, rescued] }));
}

/** Offer what was found on the shelf, one text for each history. */
export function rescueKept(kept: readonly Kept[], why: Reason): void {
  for (const epoch of new Set(kept.map((one) => one.epoch))) {
    const same = kept.filter((one) => one.epoch === epoch);
    const doc = new Y.Doc();
    for (const { state } of same) Y.applyUpdate(doc, state);
    const [{ project, path }] = same as [Kept];
    const entries = same.map(({ state: _, ...entry }) => entry);
    rescue({ project, path, text: contentOf(doc), why, entries });
  }
}

/** The person has what was in it, or does not want it. */
export function forget(rescued: Rescue): void {
  putAside(rescued);
  if (rescued.entries.length > 0) void drop(rescued.entries);
}

/** Not now: the browser keeps it, and it is offered again when the file is opened. */
export function putAside(rescued: Rescue): void {
  for (const { id } of rescued.entries) offered.delete(id);
  rescues.setState(({ all }) => ({ all: all.filter((one) => one !== rescued) }));
}

/** What a document says, as a text: that of its file, or for a drawing its nodes and notes. */
export function contentOf(doc: Y.Doc): string {
  const [nodes, notes] = [doc.getMap("nodes"), doc.getMap("notes")];
  if (nodes.size + notes.size === 0) return doc.getText("text").toString();
  return JSON.stringify({ nodes: nodes.toJSON(), ...(notes.size && { notes: notes.toJSON() }) }, null, 2);
}
