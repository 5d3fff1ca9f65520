/** Which runs a table shows and in what order, as the address says it. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export const STATES = ["pending", "running", "success", "failed", "canceled"] as const;
export type RunState = (typeof STATES)[number];

export interface Wanted {
  readonly states: readonly RunState[];
  readonly pipeline: string | null;
  readonly author: string | null;
  readonly tag: string | null;
  readonly q: string;
  readonly sort: string;
}

export const NEWEST = "-created";

export function wantedIn(search: URLSearchParams): Wanted {
  const states = (search.get("state") ?? "").split(",");
  return {
    states: STATES.filter((state) => states.includes(state)),
    pipeline: search.get("pipeline"),
    author: search.get("author"),
    tag: search.get("tag"),
    q: search.get("q") ?? "",
    sort: search.get("sort") ?? NEWEST,
  };
}

/** The query of an address, or of a request, that says this. */
export function queryOf(wanted: Wanted): Record<string, string> {
  return {
    ...(wanted.states.length > 0 && { state: wanted.states.join(",") }),
    ...(wanted.pipeline && { pipeline: wanted.pipeline }),
    ...(wanted.author && { author: wanted.author }),
    ...(wanted.tag && { tag: wanted.tag }),
    ...(wanted.q.trim() && { q: wanted.q.trim() }),
    ...(wanted.sort !== NEWEST && { sort: wanted.sort }),
  };
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
