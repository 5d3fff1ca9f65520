import { expect, test } from "vitest";
import { changedPart, linesOf, patchOf, rowsOf } from "./patch";

const PATCH = "@@ -3,4 +3,4 @@ class Train:\n a\n-b = 1\n-c\n+b = 2\n d\n\\ No newline at end of file\n";

test("lines are numbered on both sides", () => {
  expect(linesOf(PATCH).map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ["gap", null, null],
    ["same", 3, 3],
    ["removed", 4, null],
    ["removed", 5, null],
    ["added", null, 4],
    ["same", 6, 5],
  ]);
});

test("above the first line of a file nothing is left out", () => {
  for (const head of ["@@ -1,2 +1,2 @@", "@@ -0,0 +1 @@", "@@ -1 +0,0 @@"])
    expect(linesOf(`${head}\n-a\n+b`).map(({ kind }) => kind)).toEqual(["removed", "added"]);
});

test("what was removed stands beside what was added in its place", () => {
  const rows = rowsOf(linesOf(PATCH)).map(({ before, after }) => [before?.text, after?.text]);
  expect(rows).toEqual([
    ["class Train:", "class Train:"],
    ["a", "a"],
    ["b = 1", "b = 2"],
    ["c", undefined],
    ["d", "d"],
  ]);
});

test("only the part of a line that differs is marked, and nothing when all does", () => {
  expect(changedPart("b = 1", "b = 2")).toEqual([4, 5]);
  expect(changedPart("aa", "aaa")).toEqual([2, 2]);
  expect(changedPart("x", "y")).toEqual([0, 0]);
  expect(changedPart("x", undefined)).toEqual([0, 0]);
});

test("two texts are compared line by line, with what is around the changes", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].join("\n");
  const after = ["a", "b", "c", "d", "E", "f", "g2", "g3", "h", "i"].join("\n");
  expect(patchOf(before, after).split("\n")).toEqual([
    "@@ -2,8 +2,9 @@",
    ...[" b", " c", " d", "-e", "+E", " f", "-g", "+g2", "+g3", " h", " i"],
  ]);
  expect(patchOf(before, before)).toBe("");
  expect(patchOf("a", "a\nb")).toBe("@@ -1,1 +1,2 @@\n a\n+b");
});

test("texts that differ in too much are shown one in place of the other", () => {
  const text = (name: string) =>
    Array.from({ length: 3000 }, (_, at) => `${name} ${at % 2 ? "" : at}`).join("\n");
  const lines = patchOf(text("one"), text("other")).split("\n");
  expect(lines.length).toBe(6001);
});
