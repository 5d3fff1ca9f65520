import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applied } from "./change";
import { toggle } from "./editing";
import { GRAPH, OPERATIONS } from "./example";
import { fuzzyFilter, fuzzyMatch } from "./fuzzy";
import { around, type Box, beginningAt, boxesOf, overlap, seenIn } from "./geometry";
import { elkGraph, tidied } from "./layout";
import type { Graph } from "./model";
import { edgeCrosses, edgePath } from "./path";
import { graphFrom } from "./reading";
import { find } from "./search";
import { snap } from "./snap";
import { neighbour } from "./travel";

const box = (x: number, y: number, width = 100, height = 50): Box => ({ x, y, width, height });
const place = fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }));

/** A point of the curve that these points bend, by parting the lines between them again and again. */
function bezier(points: [number, number][], part: number): [number, number] {
  if (points.length === 1) return points[0] as [number, number];
  const between = points.slice(1).map(([x, y], at): [number, number] => {
    const [fromX, fromY] = points[at] as [number, number];
    return [fromX + part * (x - fromX), fromY + part * (y - fromY)];
  });
  return bezier(between, part);
}

describe("a view", () => {
  test("counts what it shows, any part of it", () => {
    const boxes = [box(0, 0), box(990, 0), box(1010, 0), box(0, 390), box(-200, 0)];
    expect(seenIn(boxes, [0, 0, 1], 1000, 400)).toBe(3);
    expect(seenIn(boxes, [0, 0, 0.5], 1000, 400)).toBe(4);
    expect(seenIn(boxes, [-1000, 0, 1], 1000, 400)).toBe(2);
  });

  test("begins with a box in its upper left corner", () => {
    const first = box(2800, -1600);
    const [x, y, zoom] = beginningAt(first);
    expect([x + first.x * zoom, y + first.y * zoom]).toEqual([60, 60]);
    expect(seenIn([first, box(2600, -1600, 50)], [x, y, zoom], 1000, 600)).toBe(1);
  });
});

describe("a box", () => {
  test("is as high as the ports of its node need", () => {
    const boxes = boxesOf(GRAPH, OPERATIONS);
    expect(boxes.get("n-split")).toEqual({ x: 300, y: 0, width: 208, height: 49 + 4 * 22 + 12 + 30 });
  });

  test("is found for nodes that lie nowhere, in columns without overlap", () => {
    const graph = graphFrom([
      { name: "a", operation: "LoadDigits" },
      { name: "b", operation: "Split", inputs: { images: "a.images" } },
      { name: "c", operation: "Split", inputs: { images: "a.images" } },
      { name: "d", operation: "Train", inputs: { dataset: "c.train", start: "d.model" } },
      { name: "e", operation: "LoadDigits", at: [10, 10] },
    ]);
    const boxes = [...boxesOf(graph, OPERATIONS).values()];
    expect(boxes.some((one, index) => boxes.slice(index + 1).some((other) => overlap(one, other)))).toBe(
      false,
    );
  });

  test("goes around others", () => {
    expect(around([box(0, 0), box(200, 100)])).toEqual(box(0, 0, 300, 150));
    expect(around([])).toBeNull();
  });
});

describe("a dragged box", () => {
  test("settles in line with a neighbour", () => {
    const found = snap(box(203, 300), [box(200, 0)], 6);
    expect([found.dx, found.dy]).toEqual([-3, 0]);
    expect(found.guides.map((guide) => [guide.axis, guide.at])).toEqual([
      ["vertical", 200],
      ["vertical", 250],
      ["vertical", 300],
    ]);
  });

  test("settles at the distance that its neighbours have, and both gaps are shown", () => {
    const found = snap(box(304, 12, 100, 61), [box(0, 0), box(150, 0)], 6);
    expect(found.dx).toBe(-4);
    expect(found.gaps.map((gap) => [gap.from, gap.to])).toEqual([
      [100, 150],
      [250, 300],
    ]);
  });

  test("settles in the middle between two", () => {
    expect(snap(box(172, 13, 60, 61), [box(0, 0, 100), box(300, 0, 100)], 6).dx).toBe(-2);
  });

  test("stays where it is when nothing is near", () => {
    expect(snap(box(1000, 1000), [box(0, 0)], 6)).toEqual({ dx: 0, dy: 0, guides: [], gaps: [] });
  });

  test("never goes further than the tolerance", () => {
    const boxes = fc.record({
      x: fc.integer({ min: 0, max: 500 }),
      y: fc.integer({ min: 0, max: 500 }),
      width: fc.integer({ min: 1, max: 200 }),
      height: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(boxes, fc.array(boxes, { maxLength: 6 }), (moving, others) => {
        const { dx, dy } = snap(moving, others, 6);
        expect(Math.max(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe("keys lead", () => {
  const boxes = boxesOf(GRAPH, OPERATIONS);
  test.each([
    ["n-digits", "right", "n-split"],
    ["n-split", "right", "n-train"],
    ["n-train", "right", "n-saved"],
    ["n-saved", "down", "n-evaluate"],
    ["n-evaluate", "left", "n-train"],
    ["n-digits", "left", null],
  ] as const)("from %s %s to %s", (from, direction, to) => {
    expect(neighbour(GRAPH, boxes, from, direction)).toBe(to);
  });
});

describe("tidying", () => {
  const ids = new Set(GRAPH.nodes.keys());
  const answer = (graph: Graph) => ({
    children: elkGraph(graph, OPERATIONS, ids).children.map((child, index) => ({
      ...child,
      x: index * 280,
      y: 0,
    })),
  });

  test("asks with every port where it is drawn", () => {
    const asked = elkGraph(GRAPH, OPERATIONS, ids);
    expect(asked.edges.map((edge) => [edge.sources[0], edge.targets[0]])).toContainEqual([
      "n-train/out/model",
      "n-evaluate/in/model",
    ]);
    expect(asked.children[0]?.ports?.map((port) => port.id)).toEqual([
      "n-digits/out/images",
      "n-digits/out/labels",
    ]);
  });

  test("keeps the corner of what is tidied, and puts it on the grid", () => {
    expect([...tidied(GRAPH, OPERATIONS, answer(GRAPH)).values()]).toEqual([
      [0, 0],
      [280, 0],
      [560, 0],
      [840, 0],
      [1120, 0],
    ]);
  });

  test("leaves pinned nodes where they are, and the others off them", () => {
    const pinned = applied(GRAPH, toggle(GRAPH, ["n-split", "n-saved"], "pin"));
    const found = tidied(pinned, OPERATIONS, answer(pinned));
    expect([...found.keys()]).toEqual(["n-digits", "n-train", "n-evaluate"]);
    const boxes = boxesOf(pinned, OPERATIONS);
    for (const [id, [x, y]] of found)
      expect(overlap({ ...boxes.get(id)!, x, y }, boxes.get("n-saved")!)).toBe(false);
  });
});

describe("the curve of a connection", () => {
  test("leaves to the right and comes in from the left", () => {
    expect(edgePath([0, 0], [100, 50])).toBe("M0,0 C50,0 50,50 100,50");
  });

  test("knows what it goes through", () => {
    expect(edgeCrosses([0, 0], [100, 0], box(40, -5, 10, 10))).toBe(true);
    expect(edgeCrosses([0, 0], [100, 0], box(40, 5, 10, 10))).toBe(false);
  });

  test("goes through each of its own points, also where it bends back around its ends", () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const bends = edgePath(from, to).slice(1).split(/[ C]+/);
        const points = bends.map((one) => one.split(",").map(Number) as [number, number]);
        for (let piece = 0; piece <= 24; piece++) {
          const [x, y] = bezier(points, piece / 24);
          expect(edgeCrosses(from, to, box(x - 1, y - 1, 2, 2))).toBe(true);
        }
      }),
    );
  });
});

describe("the palette finds", () => {
  const names = ["LoadDigits", "Evaluate", "Train", "ThrowDice", "load_images"];
  test.each([
    ["ld", ["LoadDigits"]],
    ["li", ["load_images", "LoadDigits"]],
    ["tr", ["Train"]],
    ["train", ["Train"]],
    ["xyz", []],
  ])("for %s", (query, best) => {
    expect(fuzzyFilter(query, names, (one) => [one]).slice(0, best.length)).toEqual(best);
  });

  test("everything for nothing, in its order", () => {
    expect(fuzzyFilter("", names, (one) => [one])).toEqual(names);
  });

  test("and says which letters it found", () => {
    expect(fuzzyMatch("ld", "LoadDigits")?.marks).toEqual([0, 4]);
  });
});

describe("finding in a graph", () => {
  test("looks at names, attributes and code, in the order of the flow", () => {
    const code = new Map([["operations/train.py", "import torch\n\ndef train():\n    epochs = 3\n"]]);
    expect(find(GRAPH, OPERATIONS, code, "epochs")).toEqual([
      { id: "n-train", where: "attribute", text: "epochs = 5" },
      { id: "n-train", where: "code", text: "epochs = 3", line: 4 },
    ]);
    expect(find(GRAPH, OPERATIONS, code, "CONVNET").map((hit) => hit.id)).toEqual(["n-saved", "note-1"]);
    expect(find(GRAPH, OPERATIONS, code, "  ")).toEqual([]);
  });
});
