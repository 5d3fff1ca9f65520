/** A pipeline as it was in a version, as a graph. A version never changes, so it is asked for once. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, ask, type Schemas } from "@/api/client";
import type { Graph, Note } from "@/graph/model";
import { graphFrom } from "@/graph/reading";
import { NOW, useHistory } from "@/parts/history/queries";

type VersionPipeline = Schemas["VersionPipeline"];

export function useVersion(project: string, version: string, path: string) {
  const { data, error, refetch } = useQuery({
    queryKey: ["version", project, version, path],
    enabled: version !== NOW,
    queryFn: async () => {
      const answer = api.GET("/api/v1/projects/{project}/history/{version}/pipeline", {
        params: { path: { project, version }, query: { path } },
        parseAs: "text",
      });
      return readBig(await ask(answer as Promise<{ data?: unknown; response: Response }>)) as VersionPipeline;
    },
    staleTime: Infinity,
  });
  const graph = useMemo(() => (data && !data.problem ? graphOf(data) : null), [data]);
  return { graph, problem: data?.problem ?? null, error, refetch };
}

/** What people call a version; the begin of its id while it is not among those that are known. */
export function useTitle(project: string, path: string, version: string): string {
  const { data } = useHistory(project, path, "");
  const found = data?.pages.flatMap((page) => page.versions).find(({ id }) => id === version);
  return found ? (found.names.at(-1) ?? found.words) : version.slice(0, 10);
}

function graphOf({ pipeline, notes }: VersionPipeline): Graph {
  const drawn = Object.entries(notes).map(
    ([id, { text, at, size }]): Note => ({ id, text, at: at ?? [0, 0], size: size ?? [176, 80] }),
  );
  return graphFrom(pipeline?.nodes ?? [], drawn);
}

/** JSON whose whole numbers keep all their digits, as far as the browser tells them. */
function readBig(text: unknown): unknown {
  const reviver = (_: string, value: unknown, written?: { source?: string }) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && written?.source
      ? whole(written.source, value)
      : value;
  return JSON.parse(String(text), reviver);
}

const whole = (source: string, value: number) => (/^-?\d+$/.test(source) ? BigInt(source) : value);
