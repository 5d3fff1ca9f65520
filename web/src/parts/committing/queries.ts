/** What changed since the last commit, as the server tells it, and what can be done about it. */
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useLive } from "@/api/live";
import { askAgain, queries } from "@/api/queries";
import { soon } from "@/state/soon";
import { done } from "@/state/toasts";

const keyOf = (project: string) => ["history", project, "changes"];

/** What changed since the last commit. Follows the files and the history. */
export function useChanges(project: string) {
  useLive(`project:${project}`, (event) => {
    if (["history", "files", "gap"].includes(event.kind))
      soon(`changes ${project}`, () => void askAgain({ queryKey: keyOf(project) }), 400);
  });
  return useQuery({
    queryKey: keyOf(project),
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/changes", { params: { path: { project } } })),
  });
}

export type Changes = NonNullable<ReturnType<typeof useChanges>["data"]>;
export type ChangedFile = Changes["files"][number];

/** How a file differs from the last commit. */
export function useChangedFile(project: string, path: string | null) {
  return useQuery({
    queryKey: [...keyOf(project), path],
    enabled: path !== null,
    retry: false,
    queryFn: () =>
      ask(
        api.GET("/api/v1/projects/{project}/changes/file", {
          params: { path: { project }, query: { path: path ?? "" } },
        }),
      ),
  });
}

const renew = (project: string) => queries.invalidateQueries({ queryKey: ["history", project] });

export interface Commit {
  message: string;
  name: string;
  email: string;
  /** Null: all that can be committed. */
  paths: string[] | null;
  without: string[];
  head: string | null;
}

/** Commit, and offer to take it back. Throws ApiError. */
export async function commit(project: string, body: Commit): Promise<void> {
  const made = await ask(
    api.POST("/api/v1/projects/{project}/commits", { params: { path: { project } }, body }),
  ).finally(() => renew(project));
  done(`Committed ${made.commit.slice(0, 7)}`, () => undo(project, made.commit, made.staged));
}

async function undo(project: string, commit: string, staged: string): Promise<void> {
  await ask(
    api.POST("/api/v1/projects/{project}/commits/undo", {
      params: { path: { project } },
      body: { commit, staged },
    }),
  ).finally(() => renew(project));
  done("The commit was taken back");
}

/** Put the project under git, with all its files. Throws ApiError. */
export async function keepInGit(project: string, name: string, email: string): Promise<void> {
  const made = await ask(
    api.POST("/api/v1/projects/{project}/repository", {
      params: { path: { project } },
      body: { name, email, message: "First commit" },
    }),
  ).finally(() => renew(project));
  done(`The project is in git: ${made.files === 1 ? "1 file" : `${made.files} files`} on ${made.branch}`);
}
