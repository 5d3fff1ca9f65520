/** What is done with runs, wherever they are shown. */
import { api, ask, type Schemas } from "@/api/client";
import { done, failed } from "@/state/toasts";
import { count } from "@/ui/time";

export type RunLine = Schemas["RunSummary"];

/** The last letters of an id, which differ most. */
export const short = (run: string): string => run.slice(-6);

export const runAddress = (project: string, run: string): string => `/projects/${project}/runs/${run}`;

/** Leads to the page of an artifact in the version that is named. */
export const artifactAddress = (project: string, artifact: string): string =>
  `/projects/${project}/artifacts?find=${encodeURIComponent(artifact)}`;

const at = (run: string) => ({ params: { path: { run } } });

/** Do something with each run; what fails is told, and the runs with which it was done are given back. */
async function each(
  runs: readonly string[],
  what: string,
  deed: (run: string) => Promise<unknown>,
): Promise<string[]> {
  const answers = await Promise.allSettled(runs.map(deed));
  const refused = answers.find((answer) => answer.status === "rejected");
  if (refused) failed(refused.reason, what);
  return runs.filter((_, place) => answers[place]?.status === "fulfilled");
}

export async function stopRuns(runs: readonly string[]): Promise<void> {
  const stopped = await each(runs, "Not stopped", (run) => ask(api.POST("/api/v1/runs/{run}/stop", at(run))));
  if (stopped.length > 1) done(`${count(stopped.length, "run")} stopped.`);
}

/** Remove runs, newest first, so that those that show others are gone before them; and offer a way back. */
export async function removeRuns(runs: readonly string[], after?: () => void): Promise<string[]> {
  const removed: string[] = [];
  for (const run of [...runs].sort().reverse()) {
    try {
      await ask(api.DELETE("/api/v1/runs/{run}", at(run)));
      removed.push(run);
    } catch (error) {
      failed(error, `Run ${short(run)} was not deleted`);
    }
  }
  if (removed.length > 0) {
    done(`${count(removed.length, "run")} deleted.`, async () => {
      await each(removed, "Not restored", (run) => ask(api.POST("/api/v1/runs/{run}/restore", at(run))));
      after?.();
    });
  }
  return removed;
}

export const tagRun = (run: string, tags: readonly string[]) =>
  ask(api.POST("/api/v1/runs/{run}/tags", { ...at(run), body: { tags: [...tags] } }));

/** What starting a run once more is called: of one that did not end well, what was done is not done again. */
export const againWords = (state: string): string =>
  state === "failed" || state === "canceled" ? "Run the rest again" : "Run again";

/** Start the same run once more; the id of the new one. */
export async function runAgain(run: string): Promise<string | null> {
  try {
    const begun = await ask(api.POST("/api/v1/runs/{run}/again", { ...at(run), body: wish({}) }));
    return begun.id;
  } catch (error) {
    failed(error, "It was not run again");
    return null;
  }
}

/** Start a run anew from a node on, with the files it froze. */
export async function runFrom(run: string, node: string): Promise<string | null> {
  try {
    const begun = await ask(
      api.POST("/api/v1/runs/{run}/again", { ...at(run), body: wish({ refresh: [node] }) }),
    );
    return begun.id;
  } catch (error) {
    failed(error, `It was not run from ${node} on`);
    return null;
  }
}

/** Start a job and what depends on it with the project's files as they are now. */
export async function restartJob(run: string, job: string): Promise<string | null> {
  try {
    const begun = await ask(
      api.POST("/api/v1/runs/{run}/jobs/{job}/restart", { params: { path: { run, job } } }),
    );
    return begun.id;
  } catch (error) {
    failed(error, "The job was not restarted");
    return null;
  }
}

type Wish = Schemas["Again"];
const wish = (more: Partial<Wish>): Wish => ({
  attributes: {},
  refresh: [],
  key: crypto.randomUUID?.() ?? null,
  ...more,
});
