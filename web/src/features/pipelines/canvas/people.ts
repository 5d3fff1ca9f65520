/** The other people on this canvas: who has selected what, and where what they drag is now. */
import { useMemo, useSyncExternalStore } from "react";
import type { Point } from "@/graph/model";
import type { LiveDocument } from "@/state/document";
import { oncePer } from "@/state/oncePer";
import type { Presence, User } from "@/state/presence";
import { useEditor } from "./editor";

interface Others {
  /** Node → those who have selected it. */
  selectors: ReadonlyMap<string, readonly User[]>;
  /** Node → where somebody is dragging it. */
  held: ReadonlyMap<string, Point>;
}

/** One watch a document: it reads presence once a message, however many nodes ask. */
class Watch {
  private others: Others = { selectors: new Map(), held: new Map() };
  private readonly listeners = new Set<() => void>();

  constructor(private readonly document: LiveDocument) {}

  snapshot = (): Others => this.others;

  subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) {
      this.document.awareness.on("change", this.changed);
      this.read();
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.document.awareness.off("change", this.changed);
    };
  };

  private changed = (): void => {
    if (this.read()) for (const listener of [...this.listeners]) listener();
  };

  /** Read everybody's presence; whether anything that is shown here has changed. */
  private read(): boolean {
    const selectors = new Map<string, User[]>();
    const held = new Map<string, Point>();
    const states = this.document.awareness.getStates() as Map<number, Partial<Presence>>;
    for (const [client, { user, selection, drag }] of states) {
      if (client === this.document.doc.clientID || !user) continue;
      for (const id of selection ?? []) selectors.set(id, [...(selectors.get(id) ?? []), user]);
      for (const [id, at] of Object.entries(drag ?? {})) held.set(id, at);
    }
    const before = this.others;
    const kept = new Map(
      [...selectors].map(([id, users]) => [id, sameUsers(before.selectors.get(id), users)]),
    );
    const same =
      kept.size === before.selectors.size &&
      [...kept].every(([id, users]) => before.selectors.get(id) === users) &&
      held.size === before.held.size &&
      [...held].every(([id, at]) => before.held.get(id)?.[0] === at[0] && before.held.get(id)?.[1] === at[1]);
    if (!same) this.others = { selectors: kept, held };
    return !same;
  }
}

function sameUsers(before: readonly User[] | undefined, now: readonly User[]): readonly User[] {
  const same =
    before?.length === now.length &&
    before.every((user, index) => user.name === now[index]?.name && user.color === now[index]?.color);
  return same && before ? before : now;
}

export const watchOthers = oncePer((document: LiveDocument) => new Watch(document));

/** Those who have selected a node; undefined when nobody has. */
export function useSelectors(id: string): readonly User[] | undefined {
  const { document } = useEditor();
  const watch = useMemo(() => watchOthers(document), [document]);
  return useSyncExternalStore(watch.subscribe, () => watch.snapshot().selectors.get(id));
}
