import { expect, test } from "vitest";
import { namesOf } from "./names";

const runs = ["AAAAAA", "BBBBBB", "CCCCCC"].map((id) => ({ id, pipeline: "train" }));
const named = (rows: { name: string; values: unknown[]; differs: boolean; kind?: string }[]) =>
  namesOf({ runs, rows: rows.map((row) => ({ kind: "attribute", ...row })) } as never);

test("runs are called by the attributes that differ", () => {
  expect(
    named([
      { name: "fit.epochs", values: [23, 5, 5], differs: true },
      { name: "fit.lr", values: [0.01, 0.01, 0.1 + 0.2], differs: true },
      { name: "fit.seed", values: [1, 1, 1], differs: false },
    ]),
  ).toEqual({ AAAAAA: "epochs 23 · lr 0.01", BBBBBB: "epochs 5 · lr 0.01", CCCCCC: "epochs 5 · lr 0.3" });
});

test("an attribute of two nodes is told with its node, and one that a run lacks is left out", () => {
  expect(
    named([
      { name: "a.size", values: [1, 2, null], differs: true },
      { name: "b.size", values: ["x", "x", "y"], differs: true },
    ]),
  ).toEqual({ AAAAAA: "a.size 1 · b.size x", BBBBBB: "a.size 2 · b.size x", CCCCCC: "b.size y" });
});

test("where nothing tells them apart, the end of the id does", () => {
  expect(named([{ name: "fit.lr", values: [1, 1, 2], differs: true }])).toEqual({
    AAAAAA: "lr 1 AAAAAA",
    BBBBBB: "lr 1 BBBBBB",
    CCCCCC: "lr 2",
  });
  expect(named([])).toEqual({ AAAAAA: "train AAAAAA", BBBBBB: "train BBBBBB", CCCCCC: "train CCCCCC" });
});
