import { expect, test } from "vitest";
import type { Lineage, LineageNode } from "../queries";
import { HEIGHT, layersOf, pathOf } from "./layers";

const thing = (id: string, kind: LineageNode["kind"] = "job") => ({ id, kind }) as LineageNode;

const lineage = (ids: string[], edges: [string, string][]) =>
  ({
    nodes: ids.map((id) => thing(id)),
    edges: edges.map(([source, target]) => ({ source, target, label: "" })),
  }) as unknown as Lineage;

test("each thing stands behind everything that led to it", () => {
  const { placed } = layersOf(
    lineage(
      ["c", "b", "a"],
      [
        ["a", "b"],
        ["b", "c"],
        ["a", "c"],
      ],
    ),
  );
  const at = Object.fromEntries(placed.map(({ node, x }) => [node.id, x]));
  expect([at.a! < at.b!, at.b! < at.c!]).toEqual([true, true]);
});

test("a connection that passes a column goes beside the things in it", () => {
  const { placed, wires } = layersOf(
    lineage(
      ["a", "b", "c"],
      [
        ["a", "b"],
        ["b", "c"],
        ["a", "c"],
      ],
    ),
  );
  const b = placed.find(({ node }) => node.id === "b")!;
  const past = wires.find(({ id }) => id.startsWith("a c"))!.stops[1]!;
  expect(past.x).toBe(b.x);
  expect(Math.abs(past.y - b.y)).toBeGreaterThan(HEIGHT);
});

test("things that led to each other in a circle are drawn all the same", () => {
  const { placed, wires } = layersOf(
    lineage(
      ["a", "b"],
      [
        ["a", "b"],
        ["b", "a"],
      ],
    ),
  );
  expect([placed.length, wires.length]).toEqual([2, 2]);
});

test("a path begins at the first thing and ends at the last", () => {
  const path = pathOf({
    id: "",
    label: "",
    stops: [
      { x: 0, y: 0 },
      { x: 236, y: 62 },
      { x: 472, y: 0 },
    ],
  });
  expect(path).toMatch(/^M 176 23 C .* H 412 C .*, 472 23$/);
});
