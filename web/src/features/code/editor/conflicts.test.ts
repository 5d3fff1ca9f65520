import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { conflictsIn, settled } from "./conflicts";

const doc = Text.of([
  "a",
  "<<<<<<< mine",
  "b",
  "||||||| base",
  "x",
  "=======",
  "c",
  ">>>>>>> theirs",
  "d",
  "=======",
]);

test("conflicts are found, with or without the common version", () => {
  expect(conflictsIn(doc)).toEqual([{ start: 2, base: 4, middle: 6, end: 8 }]);
  expect(conflictsIn(Text.of(["<<<<<<<", "=======", ">>>>>>>"]))).toEqual([
    { start: 1, base: null, middle: 2, end: 3 },
  ]);
  expect(conflictsIn(Text.of(["=======", ">>>>>>>"]))).toEqual([]);
});

test("a conflict is settled for one side, or for both", () => {
  const conflict = { start: 2, base: 4, middle: 6, end: 8 };
  expect(settled(doc, conflict, "mine")).toBe("b\n");
  expect(settled(doc, conflict, "theirs")).toBe("c\n");
  expect(settled(doc, conflict, "both")).toBe("b\nc\n");
});
