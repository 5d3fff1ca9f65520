import { expect, test } from "vitest";
import { afterEvent, type Job, type Run, shownState } from "./run";

const job = (id: string, more: Partial<Job> = {}): Job =>
  ({
    id,
    name: id,
    state: "queued",
    cached: false,
    metrics: {},
    outputs: [],
    progress: null,
    ...more,
  }) as Job;
const run = {
  id: "r",
  state: "running",
  jobs: [job("a"), job("b")],
  metrics: {},
  tags: [],
} as unknown as Run;

test("a job that moves keeps what the event does not tell", () => {
  const begun = afterEvent(run, { kind: "job", data: { id: "b", state: "running", fence: 1 } });
  const told = afterEvent(begun, { kind: "metrics", data: { job: "b", values: { loss: 0.5 }, x: 1 } });
  const further = afterEvent(told, { kind: "progress", data: { job: "b", value: 1, total: 4, label: "" } });
  expect(further.jobs[1]).toMatchObject({
    state: "running",
    fence: 1,
    metrics: { loss: 0.5 },
    progress: { value: 1, total: 4 },
  });
  expect(further.metrics).toEqual({ loss: 0.5 });
  expect(further.jobs[0]).toBe(run.jobs[0]);
  const ended = afterEvent(further, { kind: "job", data: { id: "b", state: "success" } });
  expect(ended.jobs[1]).toMatchObject({ state: "success", progress: null, metrics: { loss: 0.5 } });
});

test("what is told of a job that is not there, or in words that are not known, changes nothing", () => {
  expect(afterEvent(run, { kind: "job", data: { id: "c", state: "failed" } })).toBe(run);
  expect(afterEvent(run, { kind: "note", data: { text: "…" } })).toBe(run);
});

test("a job that was answered from the cache is shown as that", () => {
  expect(shownState(job("a", { state: "success", cached: true }))).toBe("cached");
  expect(shownState(job("a", { state: "failed" }))).toBe("failed");
});
