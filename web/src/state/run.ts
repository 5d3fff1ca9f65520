/** One run as it stands now: read once, then moved on by what the live channel tells. */
import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { type LiveEvent, useLive } from "@/api/live";
import { askAgain, queries } from "@/api/queries";
import { soon } from "./soon";

export type Run = Schemas["RunView"];
export type Job = Schemas["JobView"];
/** What is shown of a job, a run or a node. */
export type ShownState =
  | "pending"
  | "queued"
  | "running"
  | "success"
  | "failed"
  | "canceled"
  | "skipped"
  | "cached"
  | "stale";

/** Milliseconds until a run is read again whose jobs move: outputs and reasons come with it. */
const BEAT = 400;
/** The same for what seldom happens. */
const AT_ONCE = 50;
const WITHOUT_MORE: readonly string[] = ["log", "metrics", "progress", "note"];

export const hasEnded = ({ state }: { state: string }): boolean => state !== "pending" && state !== "running";

export const shownState = (job: Job): ShownState =>
  job.cached && job.state === "success" ? "cached" : (job.state as ShownState);

export const runKey = (run: string) => ["run", run];

const asked = (run: string | null) =>
  queryOptions({
    queryKey: runKey(run ?? ""),
    queryFn:
      run === null ? skipToken : () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
  });

/** What is known of a run, which somebody else follows; nothing for null. */
export const useKnownRun = (run: string | null) => useQuery(asked(run));

/** A run, followed. */
export function useRun(run: string) {
  useFollowed(run);
  return useQuery(asked(run));
}

/** The jobs of a run, followed. */
export function useRunJobs(run: string) {
  useFollowed(run);
  return useQuery({ ...asked(run), select: jobsOf });
}

const jobsOf = ({ jobs }: Run): Job[] => jobs;

/** Keep what is known of a run true, and hear what is told of it; null is no run. */
export function useFollowed(run: string | null, listener?: (event: LiveEvent) => void): void {
  useLive(run === null ? null : `run:${run}`, (event) => {
    if (run === null) return;
    queries.setQueryData<Run>(runKey(run), (known) => known && afterEvent(known, event));
    listener?.(event);
    if (WITHOUT_MORE.includes(event.kind)) return;
    // What moved between the answer and the first event was told to nobody.
    const known = queries.getQueryData<Run>(runKey(run));
    if (event.kind === "subscribed" && known && hasEnded(known)) return;
    soon(
      `run ${run}`,
      () => void askAgain({ queryKey: runKey(run), exact: true }),
      event.kind === "job" || event.kind === "figure" ? BEAT : AT_ONCE,
    );
  });
}

/** A run after an event of its topic. */
export function afterEvent(run: Run, event: Pick<LiveEvent, "kind" | "data">): Run {
  const data = event.data as Record<string, unknown>;
  switch (event.kind) {
    case "job":
      return withJob(run, String(data.id), (job) => ({
        ...job,
        ...(data as Partial<Job>),
        progress: data.state === "running" ? job.progress : null,
      }));
    case "metrics": {
      const values = data.values as Run["metrics"];
      const next = withJob(run, String(data.job), (job) => ({
        ...job,
        metrics: { ...job.metrics, ...values },
      }));
      return { ...next, metrics: { ...run.metrics, ...values } };
    }
    case "progress": {
      const { job, ...progress } = data;
      return withJob(run, String(job), (known) => ({ ...known, progress: progress as Job["progress"] }));
    }
    case "figure":
      return { ...run, figures: Math.max(run.figures, 1) };
    case "run":
      return { ...run, state: data.state as Run["state"] };
    case "tags":
      return { ...run, tags: data.tags as string[] };
    default:
      return run;
  }
}

function withJob(run: Run, id: string, change: (job: Job) => Job): Run {
  const at = run.jobs.findIndex((job) => job.id === id);
  return at < 0 ? run : { ...run, jobs: run.jobs.with(at, change(run.jobs[at]!)) };
}

export type RunDocument = NonNullable<ReturnType<typeof useDocument>["data"]>;

/** The pipeline of a run as it was. */
export function useDocument(run: string) {
  return useQuery({
    queryKey: [...runKey(run), "document"],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}/document", { params: { path: { run } } })),
    staleTime: Infinity,
  });
}
