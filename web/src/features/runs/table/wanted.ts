/** Which runs a table shows and in what order, as the address says it. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { isDay, isSpan, sinceTime, untilTime } from "./when";

export const STATES = ["pending", "running", "success", "failed", "canceled"] as const;
export type RunState = (typeof STATES)[number];

export interface Wanted {
  readonly states: readonly RunState[];
  readonly pipeline: string | null;
  readonly author: string | null;
  readonly tag: string | null;
  /** A span up to now, or the first day. */
  readonly since: string | null;
  /** The last day. */
  readonly until: string | null;
  readonly q: string;
  readonly sort: string;
}

export const NEWEST = "-created";

/** Every run. */
export const NO_FILTERS = {
  states: [],
  pipeline: null,
  author: null,
  tag: null,
  since: null,
  until: null,
  q: "",
} as const satisfies Partial<Wanted>;

export function wantedIn(search: URLSearchParams): Wanted {
  const states = (search.get("state") ?? "").split(",");
  const [since, until] = [search.get("since"), search.get("until")];
  return {
    states: STATES.filter((state) => states.includes(state)),
    pipeline: search.get("pipeline"),
    author: search.get("author"),
    tag: search.get("tag"),
    since: since && (isSpan(since) || isDay(since)) ? since : null,
    until: until && isDay(until) ? until : null,
    q: search.get("q") ?? "",
    sort: search.get("sort") ?? NEWEST,
  };
}

/** The query of an address that says this. */
export function queryOf(wanted: Wanted): Record<string, string> {
  return {
    ...(wanted.states.length > 0 && { state: wanted.states.join(",") }),
    ...(wanted.pipeline && { pipeline: wanted.pipeline }),
    ...(wanted.author && { author: wanted.author }),
    ...(wanted.tag && { tag: wanted.tag }),
    ...(wanted.since && { since: wanted.since }),
    ...(wanted.until && { until: wanted.until }),
    ...(wanted.q.trim() && { q: wanted.q.trim() }),
    ...(wanted.sort !== NEWEST && { sort: wanted.sort }),
  };
}

/** The query of a request for this, without its order. */
export function filtersOf(wanted: Wanted): Record<string, string> {
  const { sort: _, ...filters } = queryOf(wanted);
  const since = wanted.since && sinceTime(wanted.since);
  const until = wanted.until && untilTime(wanted.until);
  return { ...filters, ...(since && { since }), ...(until && { until }) };
}

export const isFiltered = (wanted: Wanted): boolean =>
  Object.keys(queryOf({ ...wanted, sort: NEWEST })).length > 0;

/** What follows in the order of a column when its header is chosen. */
export function nextSort(sort: string, column: string): string {
  if (sort === `-${column}`) return column;
  return sort === column ? NEWEST : `-${column}`;
}

/** What the address says, and how to change it. Words that are typed replace it, so that Back leaves the table. */
export function useWanted(): [Wanted, (change: Partial<Wanted>) => void] {
  const [search, setSearch] = useSearchParams();
  const wanted = useMemo(() => wantedIn(search), [search]);
  const change = useCallback(
    (part: Partial<Wanted>) =>
      setSearch((now) => queryOf({ ...wantedIn(now), ...part }), { replace: "q" in part }),
    [setSearch],
  );
  return [wanted, change];
}
