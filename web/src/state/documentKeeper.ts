/** Keeps on the browser's shelf what one document has and the server has not confirmed. */
import * as Y from "yjs";
import { drop, type Entry, type Kept, put } from "./shelf";

/** Milliseconds between two writes. */
const MOMENT = 1000;
/** The transaction origin of what comes from the shelf. */
export const KEPT = "kept";

export class DocumentKeeper {
  /** Tells this copy of the document from those of other tabs. */
  readonly id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  private own: Entry | null = null;
  /** What is in this copy and was put on the shelf by another one. */
  private taken: readonly Entry[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private changed = false;
  private writing = 0;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly doc: Y.Doc,
    /** What an entry is of now; null while that is not known. */
    private readonly about: () => Omit<Entry, "id" | "at"> | null,
  ) {
    window.addEventListener("pagehide", this.write);
  }

  /** Whether all that was changed here is on the shelf. */
  get isKept(): boolean {
    return !this.changed && this.writing === 0;
  }

  /** The entries that this copy stands for. */
  get entries(): readonly Entry[] {
    return this.own ? [...this.taken, this.own] : this.taken;
  }

  /** Whether an entry is in this copy, or was written from it. */
  has({ id, at }: Entry): boolean {
    return id === this.id || this.taken.some((one) => one.id === id && one.at === at);
  }

  /** Something was changed that the server has not confirmed. */
  note(): void {
    this.changed = true;
    this.timer ??= setTimeout(this.write, MOMENT);
  }

  /** Bring into the document what was found on the shelf. */
  take({ state, ...entry }: Kept): void {
    this.taken = [...this.taken, entry];
    Y.applyUpdate(this.doc, state, KEPT);
  }

  /** Write now what is to be written. */
  write = (): void => {
    this.rest();
    const about = this.about();
    if (!this.changed || !about) return;
    const before = this.entries;
    const own = { ...about, id: this.id, at: Date.now() };
    const state = Y.encodeStateAsUpdate(this.doc);
    this.changed = false;
    [this.own, this.taken] = [own, []];
    this.writing += 1;
    this.work = this.work.then(async () => {
      const kept = await put({ ...own, state }, before);
      this.writing -= 1;
      if (kept || this.own === null) return; // also when the server has confirmed it meanwhile
      this.taken = [...before, ...this.taken];
      this.changed = true; // tried again with the next edit, and when the page goes
    });
  };

  /** The server has all that is here. */
  settle(): void {
    this.rest();
    this.changed = false;
    const { entries } = this;
    [this.own, this.taken] = [null, []];
    if (entries.length > 0) this.work = this.work.then(() => drop(entries));
  }

  end(): void {
    this.rest();
    window.removeEventListener("pagehide", this.write);
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
