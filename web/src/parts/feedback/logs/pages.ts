/**
 * The lines of one log as far as they are looked at: fetched page by page, the least used forgotten.
 *
 * The live channel tells how many lines there are; what follows the end is asked for from the first line that
 * was not complete.
 */
import type { Schemas } from "@/api/client";

export type LogLines = Schemas["LogLines"];
/** Asks the server for lines; a negative `first` counts from the end. */
export type FetchLines = (first: number, count: number) => Promise<LogLines>;

export const PAGE = 200;
const PAGES_KEPT = 80;
const MOST_AT_ONCE = 2000;

export class LogPages {
  total = 0;
  /** No more will come. */
  done = false;
  attempt = 0;
  error: Error | null = null;
  /** Whether anything is known yet. */
  loaded = false;
  /** Grows with every change, for React. */
  version = 0;
  readonly cut = new Map<number, number>();
  private readonly pages = new Map<number, (string | undefined)[]>();
  private readonly asked = new Set<number>();
  private readonly listeners = new Set<() => void>();
  private complete = 0;
  private catching = false;
  private again = false;

  constructor(
    private readonly fetchLines: FetchLines,
    private readonly kept = PAGES_KEPT,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** How many lines are held, whatever the length of the log. */
  get held(): number {
    let count = 0;
    for (const page of this.pages.values()) count += page.length;
    return count;
  }

  line(number: number): string | undefined {
    return this.pages.get(Math.floor(number / PAGE))?.[number % PAGE];
  }

  /** Have the lines from `first` up to `end` fetched, if they are not there; not after a failure, until `retry`. */
  want(first: number, end: number): void {
    if (this.error) return;
    const last = Math.min(end, this.loaded ? this.total : end) - 1;
    for (let page = Math.floor(Math.max(first, 0) / PAGE); page * PAGE <= last; page++) this.wantPage(page);
  }

  /** The log has grown: so many lines of it are complete. `follow`: what is new is looked at. */
  grew(lines: number, follow: boolean): void {
    this.done = false;
    if (follow) {
      void this.catchUp();
    } else {
      this.setTotal(Math.max(this.total, lines));
      this.drop(lines);
      this.changed();
    }
  }

  /** Fetch what follows the last complete line that is known; of very much, only the end. */
  async catchUp(): Promise<void> {
    if (this.catching) {
      this.again = true;
      return;
    }
    this.catching = true;
    try {
      do {
        this.again = false;
        this.take(await this.fetchLines(this.complete, PAGE));
        if (this.total - this.complete > MOST_AT_ONCE) this.take(await this.fetchLines(-PAGE, PAGE));
        else if (this.complete < this.total - 1) this.again = true;
      } while (this.again);
    } catch (error) {
      this.fail(error);
    } finally {
      this.catching = false;
    }
  }

  /** Try again what failed. The lines in view have to be wanted again. */
  retry(): void {
    this.error = null;
    this.changed();
    void this.catchUp();
  }

  /** Nobody looks any more: nothing is kept, and nothing more is fetched until somebody wants it. */
  forgetAll(): void {
    this.pages.clear();
    this.complete = 0;
  }

  private wantPage(page: number): void {
    const known = this.pages.get(page);
    if (known) {
      this.pages.delete(page); // used last now
      this.pages.set(page, known);
    }
    const end = Math.min((page + 1) * PAGE, this.total);
    const missing = firstMissing(known);
    const from = page * PAGE + missing;
    if (this.asked.has(page) || (this.loaded && from >= end)) return;
    this.asked.add(page);
    this.fetchLines(from, PAGE - missing)
      .then((found) => {
        this.asked.delete(page);
        this.take(found);
        if (found.lines.length > 0) this.wantPage(page);
      })
      .catch((error: unknown) => {
        this.asked.delete(page);
        this.fail(error);
      });
  }

  private take(found: LogLines): void {
    this.error = null;
    this.loaded = true;
    this.attempt = found.attempt;
    this.done = found.done;
    this.setTotal(found.total);
    for (const { line, bytes } of found.cut) this.cut.set(line, bytes);
    found.lines.forEach((line, place) => {
      this.put(found.first + place, line);
    });
    const end = found.first + found.lines.length;
    // The last line of a log that goes on may still grow.
    const whole = found.done || end < found.total ? end : Math.max(end - 1, 0);
    if (found.first <= this.complete) this.complete = Math.max(this.complete, whole);
    else if (end >= found.total) this.complete = whole;
    this.forget();
    this.changed();
  }

  private put(number: number, line: string): void {
    const place = Math.floor(number / PAGE);
    let page = this.pages.get(place);
    if (!page) {
      page = [];
      this.pages.set(place, page);
    }
    page[number % PAGE] = line;
  }

  /** The line that was unfinished may have grown. */
  private drop(lines: number): void {
    const last = this.complete;
    if (last >= lines) return;
    const page = this.pages.get(Math.floor(last / PAGE));
    if (page) page.length = Math.min(page.length, last % PAGE);
  }

  private setTotal(total: number): void {
    this.total = total;
  }

  private forget(): void {
    for (const page of this.pages.keys()) {
      if (this.pages.size <= this.kept) return;
      this.pages.delete(page);
      for (const line of this.cut.keys()) if (Math.floor(line / PAGE) === page) this.cut.delete(line);
    }
  }

  private fail(error: unknown): void {
    this.error = error instanceof Error ? error : new Error(String(error));
    this.changed();
  }

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}

function firstMissing(page: (string | undefined)[] | undefined): number {
  if (!page) return 0;
  for (let place = 0; place < page.length; place++) if (page[place] === undefined) return place;
  return page.length;
}
