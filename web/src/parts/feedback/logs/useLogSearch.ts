/** Searching the logs that are shown: the server looks, piece by piece, and what it finds is gathered. */
import { useCallback, useEffect, useRef, useState } from "react";
import { api, ask } from "@/api/client";

export interface Found {
  job: string;
  line: number;
}

export interface LogSearch {
  found: readonly Found[];
  /** Which of them is looked at; -1 before the first. */
  at: number;
  searching: boolean;
  /** There is more than is counted. */
  cutOff: boolean;
  /** Why there may be more that was not found; going on looks once more. */
  error: Error | null;
  next: () => void;
  previous: () => void;
}

const MOST = 10_000;

/** Look for a text in the logs of some jobs, in their order. */
export function useLogSearch(
  run: string,
  jobs: readonly string[],
  attempt: number | null,
  wanted: string,
  caseMatters: boolean,
  onShow: (found: Found) => void,
): LogSearch {
  const [found, setFound] = useState<readonly Found[]>([]);
  const [at, setAt] = useState(-1);
  const [searching, setSearching] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [tries, setTries] = useState(0);
  const show = useRef(onShow);
  show.current = onShow;
  const key = jobs.join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: each of the `tries` looks once more
  useEffect(() => {
    setFound([]);
    setAt(-1);
    setError(null);
    if (wanted === "" || key === "") {
      setSearching(false);
      return;
    }
    const ending = new AbortController();
    setSearching(true);
    const timer = setTimeout(async () => {
      const all: Found[] = [];
      try {
        for (const job of key.split(",")) {
          let first: number | null = 0;
          while (first !== null && all.length < MOST) {
            const page: { matches: { line: number }[]; next: number | null } = await ask(
              api.GET("/api/v1/runs/{run}/jobs/{job}/log/search", {
                params: {
                  path: { run, job },
                  query: {
                    q: wanted,
                    first,
                    count: 1000,
                    case: caseMatters,
                    ...(attempt ? { attempt } : {}),
                  },
                },
                signal: ending.signal,
              }),
            );
            if (ending.signal.aborted) return;
            const wasEmpty = all.length === 0;
            all.push(...page.matches.map(({ line }) => ({ job, line })));
            setFound(all.slice());
            if (wasEmpty && all[0]) {
              setAt(0);
              show.current(all[0]);
            }
            first = page.next;
          }
        }
      } catch (problem) {
        // What was found so far stays.
        if (!ending.signal.aborted) setError(problem as Error);
      }
      if (!ending.signal.aborted) setSearching(false);
    }, 200);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [run, key, attempt, wanted, caseMatters, tries]);

  const go = useCallback(
    (step: number) => {
      const isLast = at + step >= found.length;
      if (error && isLast) setTries((before) => before + 1);
      if (found.length === 0 || (error && isLast)) return;
      const to = (at + step + found.length) % found.length;
      setAt(to);
      show.current(found[to]!);
    },
    [found, at, error],
  );
  const next = useCallback(() => go(1), [go]);
  const previous = useCallback(() => go(at < 0 ? 0 : -1), [go, at]);
  return { found, at, searching, cutOff: found.length >= MOST, error, next, previous };
}
