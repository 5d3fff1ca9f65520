/** The runs of a table: page by page as far as was scrolled, and as they stand now. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { api, ask } from "@/api/client";
import { type LiveEvent, live } from "@/api/live";
import type { RunLine } from "../deeds";
import { filtersOf, queryOf, type Wanted } from "./wanted";

/** Rows that are asked for at once. */
const PAGE = 100;
/** The most that one answer holds. */
const MOST = 1000;
/** Milliseconds between two askings for what may have changed. */
const BEAT = 400;

type Place = RunLine | undefined;

/** Any stretch of the list can be looked at: what is in view is asked for, whatever lies before it. */
export class RunList {
  /** How many there are, the ones that are not here yet included. */
  count = 0;
  ready = false;
  error: Error | null = null;
  version = 0;
  private places: readonly Place[] = [];
  private dense: readonly RunLine[] | null = null;
  /** Pages that were asked for, and have not changed since as far as is known. */
  private readonly fresh = new Set<number>();
  private loading = false;
  private first = 0;
  private last = 0;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly project: string,
    readonly wanted: Wanted,
  ) {}

  /** Load, and follow what happens until the function that is returned is called. */
  open(): () => void {
    this.stopped = false;
    const leave = live.follow("runs", (event) => this.hear(event));
    void this.renew();
    return () => {
      this.stopped = true;
      clearTimeout(this.timer);
      this.timer = undefined;
      leave();
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  at(place: number): Place {
    return this.places[place];
  }

  /** Those that are here, in their order. */
  get rows(): readonly RunLine[] {
    this.dense ??= [...new Map(this.places.flatMap((row) => (row ? [[row.id, row] as const] : []))).values()];
    return this.dense;
  }

  /** These places are in view: have them loaded. */
  reach(first: number, last: number): void {
    this.first = Math.max(0, Math.floor(first / PAGE));
    this.last = Math.max(this.first, Math.min(Math.floor(last / PAGE), this.first + MOST / PAGE - 1));
    void this.more();
  }

  /** Ask anew for what is in view; the rest is asked for anew when it comes into view. */
  async renew(): Promise<void> {
    this.fresh.clear();
    try {
      const { first, last } = this;
      const [found, total] = await this.whole(first, last);
      if (this.stopped) return;
      this.enter(first, last, found, total);
    } catch (error) {
      if (!this.stopped) this.put({ error: error as Error, ready: true });
    }
    void this.more();
  }

  /** Take rows out at once, before the server tells of it. */
  drop(ids: readonly string[]): void {
    const places = [...this.places].filter((row) => !row || !ids.includes(row.id));
    this.put({ places, count: this.count - (this.places.length - places.length) });
  }

  private async more(): Promise<void> {
    if (this.loading || !this.ready) return;
    this.loading = true;
    try {
      while (!this.stopped) {
        const missing = this.missing();
        if (missing === null) break;
        const [first, last] = missing;
        this.enter(first, last, await this.pages(first, last), this.count);
      }
    } catch (error) {
      if (!this.stopped) this.put({ error: error as Error });
    } finally {
      this.loading = false;
    }
  }

  /** The pages in view that have to be asked for, the first and the last of them. */
  private missing(): [number, number] | null {
    const end = Math.min(this.last, Math.ceil(this.count / PAGE) - 1);
    const wanted: number[] = [];
    for (let page = this.first; page <= end; page++) if (!this.fresh.has(page)) wanted.push(page);
    return wanted.length > 0 ? [wanted[0]!, wanted[wanted.length - 1]!] : null;
  }

  private enter(first: number, last: number, found: readonly RunLine[], total: number): void {
    if (this.stopped) return;
    for (let page = first; page <= last; page++) this.fresh.add(page);
    const from = first * PAGE;
    const full = found.length === (last - first + 1) * PAGE;
    const end = from + found.length;
    const behind = found.length === 0 && from > 0; // the list has become shorter than what was asked for
    const count = full ? Math.max(total, end) : behind ? Math.min(total, from) : end;
    const places: Place[] = this.places.slice(0, count);
    places.length = count;
    found.forEach((row, at) => {
      places[from + at] = row;
    });
    this.put({ places, count, ready: true, error: null });
  }

  private hear(event: LiveEvent): void {
    if (event.kind === "removed") this.drop([(event.data as { id: string }).id]);
    if (event.kind === "run") {
      const line = event.data as RunLine;
      if (line.project !== this.project) return;
      const at = this.places.findIndex((row) => row?.id === line.id);
      if (at >= 0) this.put({ places: this.places.with(at, line) });
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.renew();
    }, BEAT);
  }

  /** These pages and how many runs there are. Words are looked for in every run, so once where that is enough. */
  private async whole(first: number, last: number): Promise<[RunLine[], number]> {
    if (!this.wanted.q) return Promise.all([this.pages(first, last), this.total()]);
    const found = await this.pages(first, last);
    const isEnd = found.length < (last - first + 1) * PAGE && (first === 0 || found.length > 0);
    return [found, isEnd ? 0 : await this.total()];
  }

  private query() {
    return { filters: { project: this.project, ...filtersOf(this.wanted) }, sort: this.wanted.sort };
  }

  private pages(first: number, last: number): Promise<RunLine[]> {
    const { filters, sort } = this.query();
    const skip = first * PAGE;
    const query = { ...filters, sort, limit: (last - first + 1) * PAGE, ...(skip > 0 && { skip }) };
    return ask(api.GET("/api/v1/runs", { params: { query } }));
  }

  private async total(): Promise<number> {
    const found = await ask(api.GET("/api/v1/runs/count", { params: { query: this.query().filters } }));
    return found.count;
  }

  private put(
    change: { places?: readonly Place[] } & Partial<Pick<RunList, "count" | "ready" | "error">>,
  ): void {
    if (change.places) this.dense = null;
    Object.assign(this, change);
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

/** The runs of a project, as they are wanted. */
export function useRunList(project: string, wanted: Wanted): RunList {
  const key = JSON.stringify(queryOf(wanted));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says all of `wanted`
  const list = useMemo(() => new RunList(project, wanted), [project, key]);
  useEffect(() => list.open(), [list]);
  useSyncExternalStore(list.subscribe, list.snapshot);
  return list;
}
