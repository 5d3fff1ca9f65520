/** One run as it stands now: read once, then moved on by what the live channel tells. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { type LiveEvent, useLive } from "@/api/live";
import { queries } from "@/api/queries";
import type { ShownState } from "@/parts/StateMark";
import { hasEnded, type Run } from "../deeds";

export type Job = Schemas["JobView"];

/** Milliseconds after which the whole is read again when something moved: outputs and reasons come with it. */
const BEAT = 1500;

export const shownState = (job: Job): ShownState =>
  job.cached && job.state === "success" ? "cached" : (job.state as ShownState);

const ended = (run: Run | undefined): boolean => run !== undefined && hasEnded(run);

export function useRun(run: string) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const key = ["run", run];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what waits is for this run alone
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [run],
  );
  const again = (wait: number) => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["run", run], exact: true });
    }, wait);
  };
  useLive(`run:${run}`, (event) => {
    if (event.kind === "log") return;
    if (event.kind === "subscribed") {
      // What moved since the answer and before the channel listened was told to nobody.
      if (!ended(queries.getQueryData<Run>(key))) again(0);
      return;
    }
    queries.setQueryData<Run>(key, (known) => known && moved(known, event));
    if (event.kind === "job" || event.kind === "figure") again(BEAT);
    else if (event.kind !== "metrics" && event.kind !== "progress" && event.kind !== "note") again(50);
  });
  return useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
  });
}

/** The run after an event. */
export function moved(run: Run, event: Pick<LiveEvent, "kind" | "data">): Run {
  const data = event.data as Record<string, unknown>;
  switch (event.kind) {
    case "job":
      return withJob(run, String(data.id), (job) => ({
        ...job,
        ...(data as Partial<Job>),
        progress: data.state === "running" ? job.progress : null,
      }));
    case "metrics": {
      const values = data.values as Record<string, number | null>;
      const next = withJob(run, String(data.job), (job) => ({
        ...job,
        metrics: { ...job.metrics, ...values } as Job["metrics"],
      }));
      return { ...next, metrics: { ...run.metrics, ...values } as Run["metrics"] };
    }
    case "progress": {
      const { job, ...progress } = data;
      return withJob(run, String(job), (known) => ({
        ...known,
        progress: progress as unknown as Job["progress"],
      }));
    }
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

/** The pipeline of a run as it was. */
export function useDocument(run: string) {
  return useQuery({
    queryKey: ["run", run, "document"],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}/document", { params: { path: { run } } })),
    staleTime: Infinity,
  });
}
