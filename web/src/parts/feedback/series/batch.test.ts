import { expect, test } from "vitest";
import { PointsBatch, type SeriesLine, type Wish } from "./batch";

const line = ({ run, name, skip }: Wish): SeriesLine => ({
  run,
  job: "j",
  job_name: "train",
  name,
  began: 0,
  skip: skip ?? 0,
  points: {
    name,
    job: "j",
    points: 0,
    x: [],
    time: [],
    min: [],
    max: [],
    mean: [],
    exact: true,
    odd: [],
    last: null,
  },
});

test("what is asked for in one moment is one request for each stretch, and each gets its own lines", async () => {
  const sent: number[] = [];
  const batch = new PointsBatch(async (wishes) => {
    sent.push(wishes.length);
    return wishes.map(line);
  });
  const found = await Promise.all([
    batch.ask({ run: "1", name: "a" }, { width: 100 }),
    batch.ask({ run: "2", name: "a" }, { width: 100 }),
    batch.ask({ run: "1", name: "a", skip: 5 }, { width: 100 }),
    batch.ask({ run: "1", name: "b" }, { width: 100, first: 3 }),
  ]);
  expect(sent).toEqual([3, 1]);
  expect(found.map((lines) => lines.map(({ run, name, skip }) => `${run} ${name} ${skip}`))).toEqual([
    ["1 a 0"],
    ["2 a 0"],
    ["1 a 5"],
    ["1 b 0"],
  ]);
});

test("what is asked for twice comes once", async () => {
  const batch = new PointsBatch(async (wishes) => wishes.map(line));
  const found = await Promise.all([
    batch.ask({ run: "1", name: "a" }, { width: 100 }),
    batch.ask({ run: "1", name: "a" }, { width: 100 }),
    batch.ask({ run: "1", name: "a", job: "j" }, { width: 100 }),
  ]);
  expect(found.map((lines) => lines.length)).toEqual([1, 1, 1]);
});

test("so many that one request does not take them are several", async () => {
  const sent: number[] = [];
  const batch = new PointsBatch(async (wishes) => {
    sent.push(wishes.length);
    return wishes.map(line);
  });
  await Promise.all(
    Array.from({ length: 450 }, (_, at) => batch.ask({ run: "1", name: `m${at}` }, { width: 9 })),
  );
  expect(sent).toEqual([200, 200, 50]);
});

test("a failure reaches everybody who asked", async () => {
  const batch = new PointsBatch(async () => {
    throw new Error("away");
  });
  await expect(batch.ask({ run: "1", name: "a" }, { width: 1 })).rejects.toThrow("away");
});
