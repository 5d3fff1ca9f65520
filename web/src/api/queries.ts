/** What the server knows, kept for a while: the cache, and the questions that many ask. */
import { QueryClient, useQuery } from "@tanstack/react-query";
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
  useLive(`project:${project}`, () => void queries.invalidateQueries({ queryKey: ["project", project] }));
  return useQuery({
    queryKey: ["project", project],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}", { params: { path: { project } } })),
  });
}
