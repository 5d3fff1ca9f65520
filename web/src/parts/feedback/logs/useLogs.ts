/** The logs of some jobs of a run, kept up to date while they are shown. */
import { useEffect, useMemo, useReducer, useRef } from "react";
import { api, ask } from "@/api/client";
import { type LiveEvent, useChannel, useLive } from "@/api/live";
import { LogPages } from "./pages";
import type { Section } from "./rows";

export interface NamedJob {
  id: string;
  name: string;
}

interface Grown {
  job: string;
  fence: number;
  lines: number;
}

/** One section for each job. `attempt`: an earlier one; null: the newest. */
export function useLogs(
  run: string,
  jobs: readonly NamedJob[],
  attempt: number | null,
  follow: boolean,
): Section[] {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const frame = useRef(0);
  const [generation, renew] = useReducer((count: number) => count + 1, 0);
  const key = jobs.map(({ id, name }) => `${id} ${name}`).join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says all of the jobs
  const sections = useMemo<Section[]>(
    () =>
      jobs.map(({ id, name }) => ({
        job: id,
        name,
        pages: new LogPages((first, count) =>
          ask(
            api.GET("/api/v1/runs/{run}/jobs/{job}/log/lines", {
              params: {
                path: { run, job: id },
                query: { first, count, ...(attempt ? { attempt } : {}) },
              },
            }),
          ),
        ),
      })),
    [run, key, attempt, generation],
  );

  useEffect(() => {
    // Many answers in one frame are drawn once.
    const draw = () => {
      if (frame.current) return;
      frame.current = requestAnimationFrame(() => {
        frame.current = 0;
        changed();
      });
    };
    const ends = sections.map(({ pages }) => pages.subscribe(draw));
    for (const { pages } of sections) void pages.catchUp();
    return () => {
      for (const end of ends) end();
      for (const { pages } of sections) pages.forgetAll();
    };
  }, [sections]);

  useLive(`run:${run}`, (event: LiveEvent) => {
    if (event.kind === "gap" || event.kind === "subscribed")
      for (const { pages } of sections) void pages.catchUp();
    if (event.kind === "job" && attempt === null) {
      const { id, fence } = event.data as { id: string; fence: number };
      const section = sections.find(({ job }) => job === id);
      if (!section) return;
      if (section.pages.loaded && section.pages.attempt > 0 && fence > section.pages.attempt) renew();
      else if (!section.pages.done) void section.pages.catchUp();
    }
    if (event.kind !== "log") return;
    const { job, fence, lines } = event.data as Grown;
    const section = sections.find((one) => one.job === job);
    if (section && (attempt === null || attempt === fence)) section.pages.grew(lines, follow);
  });

  const online = useChannel((channel) => channel.state === "live");
  useEffect(() => {
    if (online) for (const { pages } of sections) if (pages.error) pages.retry();
  }, [online, sections]);

  // Whoever begins to follow has to see what came meanwhile.
  useEffect(() => {
    if (follow) for (const { pages } of sections) void pages.catchUp();
  }, [follow, sections]);
  return sections;
}
