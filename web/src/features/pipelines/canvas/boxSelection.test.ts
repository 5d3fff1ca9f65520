import { expect, test } from "vitest";
import { betweenSelected } from "./boxSelection";

const EDGES = [
  { id: "a-b", source: "a", target: "b" },
  { id: "b-c", source: "b", target: "c", selected: true },
  { id: "c-d", source: "c", target: "d", selected: true },
];

test("a connection is selected with both of its ends, and not with one", () => {
  const nodes = ["a", "b", "c", "d"].map((id) => ({ id, selected: id === "a" || id === "b" }));
  expect(betweenSelected(nodes, EDGES)).toEqual([
    { id: "a-b", type: "select", selected: true },
    { id: "b-c", type: "select", selected: false },
    { id: "c-d", type: "select", selected: false },
  ]);
});

test("what is selected as it should be does not change", () => {
  const nodes = ["b", "c", "d"].map((id) => ({ id, selected: true }));
  expect(betweenSelected(nodes, EDGES)).toEqual([]);
});
