/** What the server knows, kept for a while: the cache, and the questions that many ask. */
import { hashKey, type InvalidateQueryFilters, QueryClient, useQuery } from "@tanstack/react-query";
import { ApiError, api, ask } from "./client";
import { useLive } from "./live";

/** Nothing is asked again by a clock: the live channel says what has changed. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
    mutations: { retry: false },
  },
});

/** What is asked again for the event that is being told just now. */
const telling = new Map<string, Promise<void>>();

/**
 * Ask again for what has changed. What is being asked just now is let come, and then it is asked once more: where
 * changes come faster than answers, an answer that is thrown away for each of them would never be seen. When several
 * who follow the same event wish for the same, it is asked for once.
 */
export function askAgain(filters: InvalidateQueryFilters): Promise<void> {
  if (filters.predicate) return askOnce(filters);
  const wish = hashKey([filters]);
  const asked = telling.get(wish) ?? askOnce(filters);
  telling.set(wish, asked);
  queueMicrotask(() => telling.delete(wish));
  return asked;
}

async function askOnce(filters: InvalidateQueryFilters): Promise<void> {
  const early = queries.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" });
  await queries.invalidateQueries(filters, { cancelRefetch: false });
  await Promise.all(
    early.map(({ queryKey }) =>
      queries.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false }),
    ),
  );
}

/** Who is signed in. */
export function useMe() {
  return useQuery({
    queryKey: ["session"],
    queryFn: () => ask(api.GET("/api/v1/session")),
    staleTime: Infinity,
  });
}

/** One project: its pipelines, its operations, its problems. Follows its files. */
export function useProject(project: string) {
  useLive(`project:${project}`, () => void askAgain({ queryKey: ["project", project] }));
  return useQuery({
    queryKey: ["project", project],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}", { params: { path: { project } } })),
  });
}
