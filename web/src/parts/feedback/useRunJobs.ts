/** The jobs of a run as they stand now. */
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import type { ShownState } from "../StateMark";

export type JobView = Schemas["JobView"];

/** The jobs of a run; asked again, at most twice a second, when one of them has moved. */
export function useRunJobs(run: string) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const again = () => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["run", run, "jobs"] });
    }, 500);
  };
  useLive(`run:${run}`, ({ kind }) => {
    if (kind === "job" || kind === "run" || kind === "gap") again();
  });
  return useQuery({
    queryKey: ["run", run, "jobs"],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })).then(({ jobs }) => jobs),
  });
}

export const shownState = (job: JobView): ShownState =>
  job.cached && job.state === "success" ? "cached" : (job.state as ShownState);
