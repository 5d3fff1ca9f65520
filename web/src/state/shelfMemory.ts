/** For tests: a shelf in memory, which several tabs of one browser share. */
import type { Entry, Kept, Shelf } from "./shelf";

const keyOf = ({ project, path, user, epoch, id, at }: Entry): string =>
  JSON.stringify([project, path, user, epoch, id, at]);

export class MemoryShelf implements Shelf {
  readonly kept = new Map<string, Kept>();
  /** Whether there is room. */
  room = true;

  put = async (kept: Kept, before: readonly Entry[]): Promise<void> => {
    if (!this.room) throw new Error("There is no room.");
    for (const entry of before) this.kept.delete(keyOf(entry));
    this.kept.set(keyOf(kept), kept);
  };

  of = async (project: string, path: string): Promise<Kept[]> =>
    [...this.kept.values()].filter((kept) => kept.project === project && kept.path === path);

  all = async (): Promise<Entry[]> => [...this.kept.values()].map(({ state: _, ...entry }) => entry);

  drop = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) this.kept.delete(keyOf(entry));
  };
}
