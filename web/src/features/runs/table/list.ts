/** The runs of a table: page by page as far as was scrolled, and as they stand now. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { api, ask } from "@/api/client";
import { type LiveEvent, live } from "@/api/live";
import type { RunLine } from "../deeds";
import { NEWEST, queryOf, type Wanted } from "./wanted";

const FIRST_PAGE = 100;
const PAGE = 1000;
/** Milliseconds between two askings for what may have changed. */
const BEAT = 400;

export class RunList {
  rows: readonly RunLine[] = [];
  /** How many there are, the ones that are not here yet included. */
  count = 0;
  ready = false;
  error: Error | null = null;
  version = 0;
  private loading = false;
  private far = 0;
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

  /** Have the rows up to this place loaded. */
  reach(place: number): void {
    this.far = Math.max(this.far, Math.min(place, this.count - 1));
    void this.more();
  }

  /** Ask anew for all that is here. */
  async renew(): Promise<void> {
    try {
      const here = Math.min(Math.max(this.rows.length, FIRST_PAGE), PAGE);
      const [found, total] = await Promise.all([this.page(here), this.total()]);
      if (this.stopped) return;
      const last = found[found.length - 1]?.id;
      const at = last === undefined ? -1 : this.rows.findIndex((row) => row.id === last);
      const ids = new Set(found.map((row) => row.id));
      // What lies behind the first page stays when it still joins on.
      const rest =
        found.length < here || at < 0 ? [] : this.rows.slice(at + 1).filter(({ id }) => !ids.has(id));
      this.put({ rows: [...found, ...rest], count: total, ready: true, error: null });
    } catch (error) {
      if (!this.stopped) this.put({ error: error as Error, ready: true });
    }
  }

  /** Take rows out at once, before the server tells of it. */
  drop(ids: readonly string[]): void {
    const rows = this.rows.filter(({ id }) => !ids.includes(id));
    this.put({ rows, count: this.count - (this.rows.length - rows.length) });
  }

  private async more(): Promise<void> {
    if (this.loading || !this.ready) return;
    this.loading = true;
    try {
      while (!this.stopped && this.far >= this.rows.length && this.rows.length < this.count) {
        const found = await this.page(PAGE, this.rows[this.rows.length - 1]?.id);
        if (this.stopped) return;
        const known = new Set(this.rows.map((row) => row.id));
        const rows = [...this.rows, ...found.filter((row) => !known.has(row.id))];
        this.put({ rows, count: found.length < PAGE ? rows.length : this.count, error: null });
      }
    } catch (error) {
      if (!this.stopped) this.put({ error: error as Error });
    } finally {
      this.loading = false;
    }
  }

  private hear(event: LiveEvent): void {
    if (event.kind === "subscribed") return;
    if (event.kind === "removed") this.drop([(event.data as { id: string }).id]);
    if (event.kind === "run") {
      const line = event.data as RunLine;
      if (line.project !== this.project) return;
      const at = this.rows.findIndex((row) => row.id === line.id);
      if (at >= 0) this.put({ rows: this.rows.with(at, line) });
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.renew();
    }, BEAT);
  }

  private query() {
    const { sort = NEWEST, ...filters } = queryOf(this.wanted);
    return { filters: { project: this.project, ...filters }, sort };
  }

  private page(limit: number, after?: string): Promise<RunLine[]> {
    const { filters, sort } = this.query();
    const query = { ...filters, sort, limit, ...(after && { after }) };
    return ask(api.GET("/api/v1/runs", { params: { query } }));
  }

  private async total(): Promise<number> {
    const found = await ask(api.GET("/api/v1/runs/count", { params: { query: this.query().filters } }));
    return found.count;
  }

  private put(change: Partial<Pick<RunList, "rows" | "count" | "ready" | "error">>): void {
    Object.assign(this, change);
    this.count = Math.max(this.count, this.rows.length);
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
