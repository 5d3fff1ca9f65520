/** What the server knows of artifacts, and what can be done with them. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import { copyText } from "@/state/clipboard";
import { done, failed } from "@/state/toasts";
import { count } from "@/ui/time";

export type Artifact = Schemas["ArtifactSummary"];
export type Version = Schemas["ArtifactVersion"];
export type Lineage = Schemas["LineageView"];
export type LineageNode = Schemas["LineageNode"];

export interface Filter {
  q: string;
  type: string | null;
  tag: string | null;
  sort: string;
}

const PAGE = 200;

export const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ["artifacts"] });

/** Ask again when an artifact has changed, whoever changed it. */
export function useFollowing(): void {
  useLive("artifacts", () => void refresh());
}

export function useArtifacts(project: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["artifacts", project, "list", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/v1/artifacts", {
          params: {
            query: {
              project,
              q: filter.q || undefined,
              type: filter.type ?? undefined,
              tag: filter.tag ?? undefined,
              sort: filter.sort,
              limit: PAGE,
              after: pageParam,
            },
          },
        }),
      ),
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.id : undefined),
    placeholderData: (before) => before,
  });
}

export const useFacets = (project: string) =>
  useQuery({
    queryKey: ["artifacts", project, "facets"],
    queryFn: () => ask(api.GET("/api/v1/artifacts/facets", { params: { query: { project } } })),
  });

export const useArtifact = (artifact: string) =>
  useQuery({
    queryKey: ["artifacts", "one", artifact],
    queryFn: () => ask(api.GET("/api/v1/artifacts/{artifact}/summary", { params: { path: { artifact } } })),
  });

export const useVersions = (artifact: string) =>
  useQuery({
    queryKey: ["artifacts", "versions", artifact],
    queryFn: () => ask(api.GET("/api/v1/artifacts/{artifact}", { params: { path: { artifact } } })),
  });

type Named = Pick<Artifact, "id" | "name">;

/** Remove artifacts, and give those that are gone; a toast offers to bring them back, and says who still needs them. */
export async function remove(artifacts: readonly Named[]): Promise<Named[]> {
  const needing = new Set<string>();
  const gone = await each(artifacts, "deleted", async ({ id }) => {
    const { needed_by } = await ask(
      api.DELETE("/api/v1/artifacts/{artifact}", { params: { path: { artifact: id } } }),
    );
    for (const run of needed_by) needing.add(run.id);
  });
  if (gone.length > 0) done(`Deleted ${wordsOf(gone)}.${neededWords(needing.size)}`, () => restore(gone));
  return gone;
}

async function restore(artifacts: readonly Named[]): Promise<void> {
  await each(artifacts, "restored", ({ id }) =>
    ask(api.POST("/api/v1/artifacts/{artifact}/restore", { params: { path: { artifact: id } } })),
  );
}

/** Do something with each of them; what fails is told, and those with which it was done are given back. */
async function each(
  artifacts: readonly Named[],
  done: string,
  deed: (artifact: Named) => Promise<unknown>,
): Promise<Named[]> {
  const answers = await Promise.allSettled(artifacts.map(deed));
  const refused = artifacts.filter((_, place) => answers[place]?.status === "rejected");
  const first = answers.find((answer) => answer.status === "rejected");
  if (first) failed(first.reason, `${wordsOf(refused)} ${refused.length === 1 ? "was" : "were"} not ${done}`);
  await refresh();
  return artifacts.filter((one) => !refused.includes(one));
}

const wordsOf = (artifacts: readonly Named[]): string =>
  artifacts.length === 1 ? artifacts[0]!.name : count(artifacts.length, "artifact");

function neededWords(runs: number): string {
  if (runs === 0) return "";
  return runs === 1 ? " 1 run that goes on still needs it." : ` ${runs} runs that go on still need it.`;
}

/** Give an artifact another name. Throws ApiError. */
export async function rename(artifact: string, name: string): Promise<void> {
  await ask(
    api.POST("/api/v1/artifacts/{artifact}/rename", { params: { path: { artifact } }, body: { name } }),
  );
  await refresh();
}

/** Give an artifact these tags and no others. */
export async function tag(artifact: string, tags: string[]): Promise<void> {
  try {
    await ask(
      api.POST("/api/v1/artifacts/{artifact}/tags", { params: { path: { artifact } }, body: { tags } }),
    );
  } catch (error) {
    failed(error, "The tags were not kept");
  }
  await refresh();
}

export const downloadOf = (artifact: string, version: number): string =>
  `/api/v1/artifacts/${artifact}/versions/${version}/download`;

/** Put an Input that gives this version onto the clipboard, for a canvas to paste. */
export async function copyInput(name: string, version: number): Promise<void> {
  const node = {
    name: name.replaceAll(/[./\\=]/g, "-"),
    operation: "Input",
    attributes: { artifact: `${name}@${version}` },
    references: {},
    resources: {},
    inputs: {},
    at: [0, 0],
  };
  try {
    await copyText(JSON.stringify({ deepforge: "graph", version: 1, nodes: [node], notes: [] }, null, 2));
    done(`Copied an Input for ${name}@${version}. Paste it on the canvas of a pipeline.`);
  } catch (error) {
    failed(error, "Not copied");
  }
}
