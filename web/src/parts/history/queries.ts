/** The history of a project as the server tells it, and what can be done with a version. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import { done, failed } from "@/state/toasts";

/** In place of a version: the files as they are. */
export const NOW = "now";

/** The versions, newest first: of all files, of one, or those that a search finds. */
export function useHistory(project: string, path: string | null, q: string) {
  const key = ["history", project];
  useLive(`project:${project}`, (event) => {
    if (["history", "files", "gap"].includes(event.kind)) void queries.invalidateQueries({ queryKey: key });
  });
  return useInfiniteQuery({
    queryKey: [...key, "versions", path, q],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/v1/projects/{project}/history", {
          params: {
            path: { project },
            query: { ...(path && { path }), ...(q && { q }), ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
    staleTime: 0, // what changed while nobody showed it was told to nobody
  });
}

export type Version = NonNullable<ReturnType<typeof useHistory>["data"]>["pages"][number]["versions"][number];

/** What differs between two versions. */
export function useDifference(project: string, from: string | null, to: string | null, path: string | null) {
  return useQuery({
    queryKey: ["history", project, "diff", from, to, path],
    enabled: from !== null && to !== null,
    queryFn: () =>
      ask(
        api.GET("/api/v1/projects/{project}/history/diff", {
          params: {
            path: { project },
            query: { from: from ?? "", to: to ?? "", ...(path && { path }) },
          },
        }),
      ),
  });
}

export type Difference = NonNullable<ReturnType<typeof useDifference>["data"]>;

/** The branches of the repository that the project lies in. */
export function useBranches(project: string, wanted: boolean) {
  return useQuery({
    queryKey: ["history", project, "branches"],
    enabled: wanted,
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/branches", { params: { path: { project } } })),
  });
}

const renew = (project: string) => queries.invalidateQueries({ queryKey: ["history", project] });

/** Go back to a version, and offer to take that back. */
export async function restore(project: string, version: string, path: string | null, what: string) {
  try {
    const back = await ask(
      api.POST("/api/v1/projects/{project}/history/restore", {
        params: { path: { project } },
        body: { version, path },
      }),
    );
    const count = back.written.length + back.removed.length;
    if (count === 0) done("Nothing to restore: the files are as they were");
    else done(`Restored ${what}`, () => restore(project, back.before, path, "the files as they were before"));
  } catch (error) {
    failed(error, "Nothing was restored");
  } finally {
    void renew(project);
  }
}

export const nameVersion = (project: string, version: string, name: string) =>
  ask(
    api.POST("/api/v1/projects/{project}/versions", {
      params: { path: { project } },
      body: { name, version },
    }),
  ).finally(() => renew(project));

export const makeBranch = (project: string, version: string, name: string, checkout: boolean) =>
  ask(
    api.POST("/api/v1/projects/{project}/branches", {
      params: { path: { project } },
      body: { name, version, checkout },
    }),
  ).finally(() => renew(project));
