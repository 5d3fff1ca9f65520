/** The newest run of a pipeline, followed live; a second browser, or a reload, sees the same. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { type LiveEvent, useLive } from "@/api/live";
import { queries } from "@/api/queries";
import { type Job, type Run, runKey, useFollowed, useKnownRun } from "@/state/run";

export type Points = readonly number[];

/** The line that a node shows: of which metric, and how it went. */
export interface Course {
  name: string;
  points: Points;
}

const SPARK_POINTS = 60;

export const newestKey = (project: string, pipeline: string) => ["runs", "newest", project, pipeline];
const courseKey = (run: string, name: string) => ["run", run, "course", name];

/** The newest run of a pipeline; null when there is none; undefined while that is not known. */
export function useLastRun(project: string, pipeline: string): Run | null | undefined {
  const newest = useQuery({
    queryKey: newestKey(project, pipeline),
    queryFn: async () => {
      const found = await ask(
        api.GET("/api/v1/runs", { params: { query: { project, pipeline, limit: 1 } } }),
      );
      return found[0]?.id ?? null;
    },
  });
  const id = newest.data ?? null;
  const run = useKnownRun(id);
  return newest.data === null ? null : run.data;
}

/** Keep the newest run of a pipeline true for all who show it. For one component of a view. */
export function useFollowedRun(project: string, pipeline: string): Run | null | undefined {
  const run = useLastRun(project, pipeline);
  useLive("runs", (event) => {
    const line = event.data as Schemas["RunSummary"] | null;
    if (event.kind !== "run" || line === null) {
      void queries.invalidateQueries({ queryKey: newestKey(project, pipeline) });
    } else if (line.project === project && line.pipeline === pipeline) {
      queries.setQueryData<string | null>(newestKey(project, pipeline), (known) =>
        !known || line.id > known ? line.id : known,
      );
    }
  });
  const id = run?.id ?? null;
  useFollowed(id, (event) => {
    if (id === null) return;
    if (event.kind === "metrics") prolong(id, event);
    if (event.kind === "gap") void queries.invalidateQueries({ queryKey: [...runKey(id), "course"] });
  });
  return run;
}

/** Show a run that was just started, before the channel tells of it. */
export function enterRun(run: Run): void {
  queries.setQueryData(runKey(run.id), run);
  queries.setQueryData(newestKey(run.project, run.pipeline), run.id);
}

/** The course of one metric of a run as few points, for a line in a node; prolonged as it grows. */
export function useCourses(run: Run | null | undefined): ReadonlyMap<string, Points> {
  const wanted = run ? run.jobs.flatMap((job) => firstMetric(job)) : [];
  const { data } = useQuery({
    queryKey: courseKey(run?.id ?? "", wanted.map(([, name]) => name).join("\n")),
    queryFn: async () => {
      const found = await Promise.all(wanted.map(([job, name]) => course(run?.id ?? "", job, name)));
      return new Map(
        wanted.map(([job, name], place): [string, Course] => [job, { name, points: found[place] ?? [] }]),
      );
    },
    enabled: wanted.length > 0,
    placeholderData: (known) => known,
  });
  return useMemo(() => pointsOf(data ?? NO_COURSES), [data]);
}

const NO_COURSES: ReadonlyMap<string, Course> = new Map();

const pointsOf = (courses: ReadonlyMap<string, Course>): ReadonlyMap<string, Points> =>
  new Map([...courses].map(([job, { points }]) => [job, points]));

/** The metric that a node shows: its loss, or else its first. */
function firstMetric(job: Job): [string, string][] {
  const names = Object.keys(job.metrics);
  const name = names.find((one) => /loss/i.test(one)) ?? names[0];
  return name === undefined ? [] : [[job.id, name]];
}

async function course(run: string, job: string, name: string): Promise<Points> {
  const query = { name, width: SPARK_POINTS };
  const view = await ask(api.GET("/api/v1/runs/{run}/points", { params: { path: { run }, query } }));
  const line = view.lines.find((one) => one.job === job);
  return (line?.mean ?? []).filter((value): value is number => value !== null);
}

function prolong(run: string, event: LiveEvent): void {
  const { job, values } = event.data as { job: string; values: Record<string, number | null> };
  queries.setQueriesData<ReadonlyMap<string, Course>>(
    { queryKey: [...runKey(run), "course"] },
    (known) => known && prolonged(known, job, values),
  );
}

/** The lines, that of a job longer by what it has logged of the same metric. */
export function prolonged(
  courses: ReadonlyMap<string, Course>,
  job: string,
  values: Readonly<Record<string, number | null>>,
): ReadonlyMap<string, Course> {
  const course = courses.get(job);
  const value = course && values[course.name];
  if (!course || value === null || value === undefined) return courses;
  const points = [...course.points.slice(-4 * SPARK_POINTS), value];
  return new Map(courses).set(job, { ...course, points });
}
