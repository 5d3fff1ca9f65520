/** The figures of a run, and the versions of each. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import type { GraphDocument } from "../series/groups";
import { type Figure, GRAPH, withNewest } from "./media";

/** The newest version of each figure of a run, as it is now. */
export function useFigures(run: string) {
  const { queryKey } = figuresQuery(run);
  useLive(`run:${run}`, ({ kind, data }) => {
    if (kind === "gap" || kind === "subscribed") void queries.invalidateQueries({ queryKey });
    if (kind !== "figure") return;
    queries.setQueryData<Figure[]>(queryKey, (known) => known && withNewest(known, data as Figure));
  });
  return useQuery(figuresQuery(run));
}

const figuresQuery = (run: string) => ({
  queryKey: ["run", run, "figures"],
  queryFn: () => ask(api.GET("/api/v1/runs/{run}/figures", { params: { path: { run } } })),
  staleTime: 0, // what came while nobody showed it was told to nobody
});

/** What the graphs that user code composed in some runs say of themselves, each title once. */
export function useGraphs(runs: readonly string[]): GraphDocument[] {
  const listed = useQueries({ queries: runs.map(figuresQuery) });
  const digests = [
    ...new Set(listed.flatMap(({ data }) => data ?? []).flatMap(({ parts }) => parts[GRAPH] ?? [])),
  ];
  const read = useQueries({ queries: digests.map(graphQuery) });
  const byTitle = new Map<string, GraphDocument>();
  for (const { data } of read) {
    if (!data) continue;
    const known = byTitle.get(data.title);
    const lines = [...(known?.lines ?? []), ...data.lines];
    byTitle.set(data.title, {
      ...data,
      lines: lines.filter((line, at) => lines.findIndex(({ series }) => series === line.series) === at),
    });
  }
  return [...byTitle.values()];
}

/** The document of a graph. It never changes: another version has another digest. */
export const graphQuery = (digest: string) => ({
  queryKey: ["figure document", digest],
  queryFn: async () => {
    const answer = await fetch(`/api/v1/blobs/${digest}`);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return (await answer.json()) as GraphDocument;
  },
  staleTime: Infinity,
});

const PAGE = 50;

/** One version of a figure; versions are fetched some at a time and never change. */
export function useVersion(run: string, newest: Figure, version: number) {
  const page = Math.floor((version - 1) / PAGE);
  const full = newest.version >= (page + 1) * PAGE;
  const { job, figure } = newest;
  const asked = useQuery({
    queryKey: ["run", run, "figure versions", job, figure, page, full ? "full" : newest.version],
    queryFn: () =>
      ask(
        api.GET("/api/v1/runs/{run}/figures/versions", {
          params: { path: { run }, query: { job, figure, first: page * PAGE + 1, count: PAGE } },
        }),
      ),
    enabled: version !== newest.version,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  if (version === newest.version) return newest;
  return asked.data?.versions.find((one) => one.version === version) ?? null;
}
