/** The jobs of a run as they stand now. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import type { ShownState } from "../StateMark";

export type JobView = Schemas["JobView"];
type RunView = Schemas["RunView"];

const BEAT = 500;

/** The jobs of a run; asked again, at most twice a second, when one of them has moved. */
export function useRunJobs(run: string) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what waits is for this run alone
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [run],
  );
  useLive(`run:${run}`, ({ kind }) => {
    if (kind !== "job" && kind !== "run" && kind !== "gap" && kind !== "subscribed") return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["run", run], exact: true });
    }, BEAT);
  });
  return useQuery({
    queryKey: ["run", run],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
    select: jobsOf,
  });
}

const jobsOf = ({ jobs }: RunView): JobView[] => jobs;

export const shownState = (job: JobView): ShownState =>
  job.cached && job.state === "success" ? "cached" : (job.state as ShownState);
