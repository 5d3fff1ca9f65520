import { expect, test } from "vitest";
import type { Problem } from "@/api/client";
import { graphOf } from "@/graph/model";
import { afterEvent, type Job, type Run } from "@/state/run";
import { draftOf } from "../draft";
import { placed } from "../panel/problems";
import { nodeStates } from "./nodeStates";
import type { NodePreview } from "./preview";

const START = "2026-05-14T09:00:00.000Z";
const NOW = Date.parse(START) + 14_000;

const draft = draftOf(
  graphOf([
    {
      id: "n-train",
      name: "train",
      operation: "Train",
      attributes: {},
      references: {},
      inputs: {},
      resources: {},
      order: "a",
    },
  ]),
);

const job = (fields: Partial<Job>): Job =>
  ({
    id: "J",
    name: "train",
    operation: "Train",
    state: "running",
    cached: false,
    reason: null,
    started: START,
    ended: null,
    error: null,
    outputs: [],
    metrics: {},
    progress: null,
    after: [],
    ...fields,
  }) as Job;

const run = (state: Run["state"], ...jobs: Job[]): Run =>
  ({ id: "R", project: "P", pipeline: "train", state, jobs, figures: 0 }) as unknown as Run;

const preview = (fields: Partial<NodePreview>): NodePreview =>
  ({
    node: "train",
    state: "stale",
    reason: "epochs 3 → 5",
    changes: [],
    last: null,
    ...fields,
  }) as NodePreview;

interface Given {
  run?: Run;
  preview?: NodePreview;
  courses?: Map<string, number[]>;
  problems?: Problem[];
}

function shown(known: Given) {
  return nodeStates({
    draft,
    problems: placed(known.problems ?? [], draft),
    previews: new Map(known.preview ? [["n-train", known.preview]] : []),
    run: known.run ?? null,
    courses: known.courses ?? new Map(),
    shapes: new Map(),
    now: NOW,
  }).get("n-train");
}

test("before a run a node tells whether it will run, and why", () => {
  expect(shown({ preview: preview({}) })).toMatchObject({ state: "stale", reason: "Will run: epochs 3 → 5" });
  expect(
    shown({ preview: preview({ state: "cached", reason: "nothing changed since it ran" }) })?.state,
  ).toBe("cached");
  expect(shown({ preview: preview({ state: "new", reason: "never ran" }) })).toMatchObject({
    word: "will run",
  });
});

test("what is wrong with a node hides how its last job ended, but not one that goes on", () => {
  const wrong: Problem = {
    rule: "known_resources",
    message: "'a lot' is not a size.",
    hint: "Write 4 GB.",
    severity: "error",
    place: { file: null, line: null, node: "train", part: "memory" },
  };
  const ended = preview({ state: "unknown", reason: "'a lot' is not a size" });
  const failed = job({ state: "failed", ended: START });
  expect(shown({ run: run("failed", failed), preview: ended, problems: [wrong] })).toMatchObject({
    word: "problem",
    problems: ["'a lot' is not a size. Write 4 GB."],
  });
  expect(shown({ run: run("running", job({})), problems: [wrong] })?.state).toBe("running");
});

test("a running node tells how long, how far and how much is left", () => {
  const progress = { value: 4, total: 5, label: "epoch" };
  const overlay = shown({
    run: run("running", job({ progress })),
    preview: preview({}),
    courses: new Map([["J", [0.6, 0.2]]]),
  });
  expect(overlay).toEqual({
    state: "running",
    word: "running 14 s",
    progress: 0.8,
    facts: "epoch 4/5",
    left: "3.5 s left",
    spark: [0.6, 0.2],
  });
});

test("without progress the time of last time is what to expect", () => {
  const last = {
    run: "R0",
    job: "J0",
    seconds: 20,
    state: "success",
    outputs: [],
    cached: false,
    started: START,
    ended: START,
    error: null,
  };
  const overlay = shown({
    run: run("running", job({})),
    preview: preview({ last: last as NodePreview["last"] }),
  });
  expect(overlay?.left).toBe("about 6.0 s left");
});

test("a failed node shows the last line of what went wrong, until it is changed", () => {
  const failure = {
    kind: "ValueError",
    message: "shapes do not fit\nexpected 10",
    traceback: "",
    frames: [],
    hint: null,
  };
  const failed = job({ state: "failed", ended: START, error: failure });
  const last = {
    run: "R",
    job: "J",
    seconds: 1,
    state: "failed",
    outputs: [],
    cached: false,
    started: START,
    ended: START,
    error: "",
  };
  const same = preview({ reason: "it failed last time", last: last as NodePreview["last"] });
  expect(shown({ run: run("failed", failed), preview: same })).toMatchObject({
    state: "failed",
    reason: "ValueError: expected 10",
  });
  const changes = [
    { part: "attribute epochs", words: "epochs 3 → 5", was: "3", now: "5", file: null, line: null },
  ];
  expect(shown({ run: run("failed", failed), preview: { ...same, changes } })?.state).toBe("stale");
});

test("beside how its last job ended a node tells what a run now would do with it", () => {
  const success = run("success", job({ state: "success", ended: START }));
  expect(shown({ run: success, preview: preview({ state: "cached", reason: "" }) })).toMatchObject({
    state: "success",
    next: "cached",
  });
  expect(shown({ run: success, preview: preview({}) })).toMatchObject({ state: "stale" });
  expect(shown({ run: success, preview: preview({}) })?.next).toBeUndefined();
  const failed = run("failed", job({ state: "failed", ended: START }));
  expect(shown({ run: failed, preview: preview({ reason: "it failed last time" }) })).toMatchObject({
    state: "failed",
    next: "pending",
  });
  expect(shown({ run: run("running", job({})), preview: preview({}) })?.next).toBeUndefined();
});

test("a problem is told at its node", () => {
  const problem = {
    rule: "required_attribute",
    message: "train needs epochs.",
    hint: "Write it.",
    severity: "error" as const,
    place: { file: null, line: null, node: "train", part: "epochs" },
  };
  const overlay = nodeStates({
    draft,
    problems: placed([problem], draft),
    previews: new Map(),
    run: null,
    courses: new Map(),
    shapes: new Map(),
    now: NOW,
  }).get("n-train");
  expect(overlay?.problems).toEqual(["train needs epochs. Write it into its field."]);
});

test("what is wrong with the code of an operation is told at every node that runs it", () => {
  const problem = {
    rule: "syntax",
    message: "The file cannot be read: invalid syntax.",
    hint: "Correct it there.",
    severity: "error" as const,
    place: { file: "operations/train.py", line: 3, node: null, part: null },
  };
  const problems = placed(
    [problem, { ...problem, place: { ...problem.place, file: "utils/train.py" } }],
    draft,
  );
  expect([...problems.byNode.keys()]).toEqual(["n-train"]);
  expect(problems.all.map(({ id }) => id)).toEqual([null, null]);
});

test("that a pipeline has no nodes yet is no problem while it is drawn", () => {
  const problem = {
    rule: "has_nodes",
    message: "The pipeline has no nodes.",
    hint: "Add one.",
    severity: "error" as const,
    place: { file: "pipelines/fit.yaml", line: null, node: null, part: null },
  };
  const problems = placed([problem], draft);
  expect([problems.all, problems.errors]).toEqual([[], 0]);
});

test("events of the live channel move a run on", () => {
  const event = (kind: string, data: unknown) => ({ seq: 1, topic: "run:R", kind, data, at: "" });
  let now = run("pending", job({ state: "queued", started: null }));
  now = afterEvent(now, event("run", { state: "running" }));
  now = afterEvent(now, event("job", { id: "J", state: "running", started: START }));
  now = afterEvent(now, event("metrics", { job: "J", values: { loss: 0.5 }, x: 1 }));
  now = afterEvent(now, event("progress", { job: "J", value: 1, total: 2, label: "epoch" }));
  expect(now).toMatchObject({
    state: "running",
    jobs: [{ state: "running", started: START, metrics: { loss: 0.5 }, progress: { value: 1, total: 2 } }],
  });
  now = afterEvent(now, event("job", { id: "J", state: "success" }));
  expect(now.jobs[0]).toMatchObject({ state: "success", progress: null, metrics: { loss: 0.5 } });
});
