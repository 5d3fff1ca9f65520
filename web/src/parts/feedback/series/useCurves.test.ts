// @vitest-environment happy-dom
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { LiveEvent } from "@/api/live";
import type { SeriesLine, Wish } from "./batch";
import { useCurves } from "./useCurves";

/** What the server has: job → how many points of `loss` it logged. */
const logged = new Map<string, number>();
const asked: Wish[][] = [];
/** What the answers for a width wait for. */
const held = new Map<number, Promise<void>>();
let tell: (event: Pick<LiveEvent, "kind" | "data">) => void = () => {};

vi.mock("@/api/live", () => ({
  live: {
    follow: (_: string, listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  },
}));
vi.mock("@/api/client", () => ({
  ask: (answer: unknown) => answer,
  api: {
    POST: async (_: string, { body }: { body: { series: Wish[]; width: number } }) => {
      asked.push(body.series);
      await held.get(body.width);
      return body.series.flatMap((wish) =>
        [...logged].flatMap(([job, count]) =>
          wish.job && wish.job !== job ? [] : [line(wish, job, Math.min(count, body.width))],
        ),
      );
    },
  },
}));

function line({ run, name, skip }: Wish, job: string, count: number): SeriesLine {
  const x = Array.from({ length: count - (skip ?? 0) }, (_, at) => at + (skip ?? 0));
  return {
    run,
    job,
    job_name: job,
    name,
    began: 0,
    skip: skip ?? 0,
    points: {
      name,
      job,
      points: count,
      x,
      time: x,
      min: x,
      max: x,
      mean: x,
      exact: true,
      odd: [],
      last: x.at(-1) ?? null,
    },
  };
}

function log(job: string, count: number): void {
  logged.set(job, count);
  act(() => tell({ kind: "metrics", data: { job, values: { loss: 1 }, x: count } }));
}

/** A chart of the loss of all jobs of a run, as soon as it shows what is there. */
async function chart(): Promise<() => string[]> {
  const refs = [{ run: "r", name: "loss", job: null }];
  const { result } = renderHook(() => useCurves(refs, 100, null, "step"));
  await waitFor(() => expect(result.current.curves.length).toBe(logged.size));
  return () => result.current.curves.map(({ job, x }) => `${job} ${x.length}`);
}

beforeEach(() => {
  logged.clear();
  held.clear();
  asked.length = 0;
});

test("a job that begins to log later gets its line", async () => {
  logged.set("a", 2);
  const lines = await chart();
  log("a", 3);
  await waitFor(() => expect(lines()).toEqual(["a 3"]));
  log("b", 1);
  await waitFor(() => expect(lines()).toEqual(["a 3", "b 1"]));
});

test("what events were missed of is drawn anew, with jobs that began meanwhile", async () => {
  logged.set("a", 2);
  const lines = await chart();
  logged.set("b", 4);
  act(() => tell({ kind: "gap", data: null }));
  await waitFor(() => expect(lines()).toEqual(["a 2", "b 4"]));
});

test("the lines of several jobs go on with one request, for what is new alone", async () => {
  logged.set("a", 2).set("b", 2);
  const lines = await chart();
  asked.length = 0;
  log("a", 3);
  await waitFor(() => expect(lines()).toEqual(["a 3", "b 2"]));
  expect(asked).toEqual([
    [
      { run: "r", name: "loss", job: "a", skip: 2 },
      { run: "r", name: "loss", job: "b", skip: 2 },
    ],
  ]);
});

test("an answer for a width that the chart no longer has, and that comes late, is not drawn", async () => {
  logged.set("a", 50);
  let answer = () => {};
  held.set(
    10,
    new Promise((done) => {
      answer = done;
    }),
  );
  const refs = [{ run: "r", name: "loss", job: null }];
  const { result, rerender } = renderHook(({ width }) => useCurves(refs, width, null, "step"), {
    initialProps: { width: 10 },
  });
  await waitFor(() => expect(asked.length).toBe(1));
  rerender({ width: 100 });
  await waitFor(() => expect(result.current.curves[0]?.x.length).toBe(50));
  await act(async () => {
    answer();
    await new Promise((done) => setTimeout(done));
  });
  expect(result.current.curves[0]?.x.length).toBe(50);
});
