import { expect, test } from "vitest";
import { backwards, type Names, renamedBetween } from "./renamed";

const port = (name: string) => ({ name });
const one = (name: string, inputs: string[], outputs: string[], attributes: string[] = []): Names => ({
  name,
  inputs: inputs.map(port),
  outputs: outputs.map(port),
  attributes: attributes.map(port),
});

test("a name that stands where another stood is a new name", () => {
  const before = one("scale", ["a", "b"], ["c"], ["d"]);
  expect(renamedBetween(before, one("scale", ["a", "x"], ["c"], ["d"]))).toEqual([
    { name: "scale", to: "x", part: "input", port: "b" },
  ]);
  expect(renamedBetween(before, one("Scale", ["a", "b"], ["y"], ["d"]))).toEqual([
    { name: "scale", to: "y", part: "output", port: "c" },
    { name: "scale", to: "Scale" },
  ]);
});

test("what came, went, changed places or cannot be told apart is none", () => {
  const before = one("scale", ["a", "b"], ["c"]);
  for (const after of [
    before,
    one("scale", ["a"], ["c"]),
    one("scale", ["b", "a"], ["c"]),
    one("scale", ["x", "y"], ["c"]),
    one("scale", ["a", "b", "x"], ["c"]),
  ])
    expect(renamedBetween(before, after)).toEqual([]);
});

test("the way back is the other way round", () => {
  expect(
    backwards([
      { name: "f", to: "x", part: "input", port: "a" },
      { name: "f", to: "g" },
    ]),
  ).toEqual([
    { name: "g", to: "f" },
    { name: "f", to: "a", part: "input", port: "x" },
  ]);
});
