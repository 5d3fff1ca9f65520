import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { replacements } from "./changes";

function carriedOut(before: string, after: string): string {
  return replacements(before, after).reduce(
    (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
    before,
  );
}

test("what is replaced makes the second text of the first", () => {
  const unit = string({ unit: "grapheme", maxLength: 40 });
  assert(property(unit, unit, (before, after) => carriedOut(before, after) === after));
  const lines = string({ unit: "binary-ascii", maxLength: 30 }).map((text) => text.replace(/[a-z]/g, "\n"));
  assert(property(lines, lines, (before, after) => carriedOut(before, after) === after));
});

test("a name that is changed in several lines is a small replacement in each", () => {
  const before = "def f(a):\n    b = a\n    c = 1\n    return a + b\n";
  expect(replacements(before, before.replaceAll("a", "x"))).toEqual([
    { at: 41, remove: 1, insert: "x" },
    { at: 18, remove: 1, insert: "x" },
    { at: 6, remove: 1, insert: "x" },
  ]);
});
