import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applied } from "./change";
import { looksLikePython, pasted, readFragment } from "./clipboard";
import type { End } from "./connect";
import { copied } from "./copying";
import { counts, diffGraphs } from "./diff";
import {
  connect,
  duplicate,
  fitsInto,
  heal,
  misfit,
  move,
  newNode,
  remove,
  replug,
  splice,
  toggle,
} from "./editing";
import { GRAPH, OPERATIONS } from "./example";
import { type Edge, EMPTY, edgesOf, type Graph, type GraphNode, inOrder } from "./model";
import { freeName, nameFor, nameProblem } from "./naming";
import { behind, between } from "./order";

const wires = (graph: Graph) =>
  edgesOf(graph).map(
    (edge) => `${name(graph, edge.source)}.${edge.output ?? ""} → ${name(graph, edge.target)}.${edge.input}`,
  );
const name = (graph: Graph, id: string) => graph.nodes.get(id)?.name ?? id;
const edge = (graph: Graph, id: string) => edgesOf(graph).find((one) => one.id === id) as Edge;

describe("a node", () => {
  test("is added with a free name, last in the file", () => {
    const one = newNode(GRAPH, "LoadDigits", [10, 20]);
    const graph = applied(GRAPH, [{ do: "add", node: one }]);
    const two = newNode(graph, "LoadDigits", [10, 20]);
    expect([one.name, two.name]).toEqual(["load-digits", "load-digits-2"]);
    expect(inOrder(graph).at(-1)?.id).toBe(one.id);
  });

  test("is taken away with the connections from it", () => {
    const graph = applied(GRAPH, remove(GRAPH, OPERATIONS, ["n-train"]));
    expect(wires(graph)).toEqual([
      "digits.images → split.images",
      "digits.labels → split.labels",
      "split.test → evaluate.dataset",
    ]);
    expect(graph.nodes.get("n-evaluate")?.inputs).toEqual({ dataset: { node: "n-split", output: "test" } });
  });

  test("heals the connections around it when it is taken out", () => {
    const graph = applied(GRAPH, heal(GRAPH, OPERATIONS, ["n-split"]));
    expect(wires(graph)).toEqual([
      "digits.images → train.dataset",
      "train. → evaluate.model",
      "digits.images → evaluate.dataset",
      "train.model → saved.data",
    ]);
    expect(graph.nodes.get("n-split")?.inputs).toEqual({});
  });

  test("leaves an open end where nothing fits", () => {
    const graph = applied(GRAPH, remove(GRAPH, OPERATIONS, ["n-train"], true));
    expect(wires(graph)).not.toContain("split.train → evaluate.model");
  });

  test("takes the end of a connection that is plugged elsewhere, and only that", () => {
    const old = edge(GRAPH, "n-evaluate:dataset");
    const from: End = { node: "n-split", port: "test", side: "output" };
    const to: End = { node: "n-evaluate", port: "dataset", side: "input" };
    const elsewhere: End = { node: "n-train", port: "start", side: "input" };
    const another: End = { node: "n-split", port: "train", side: "output" };
    const moved = applied(GRAPH, replug(GRAPH, old, from, elsewhere));
    expect(moved.nodes.get("n-train")?.inputs.start).toEqual({ node: "n-split", output: "test" });
    expect(moved.nodes.get("n-evaluate")?.inputs).not.toHaveProperty("dataset");
    expect(replug(GRAPH, old, another, to)).toEqual(connect(GRAPH, another, to));
    expect(replug(GRAPH, old, to, from)).toEqual([]);
  });

  test("goes between the ends of a connection when its types fit", () => {
    const blur = newNode(GRAPH, "Blur", [0, 0]);
    const graph = applied(GRAPH, [{ do: "add", node: blur }]);
    const done = applied(graph, splice(graph, OPERATIONS, blur, edge(graph, "n-train:dataset")));
    expect(wires(done)).toContain("split.train → blur.image");
    expect(wires(done)).toContain("blur.image → train.dataset");
  });

  test("does not go where they do not fit, nor next to itself", () => {
    const evaluate = newNode(GRAPH, "Evaluate", [0, 0]);
    expect(fitsInto(GRAPH, OPERATIONS, evaluate, edge(GRAPH, "n-train:dataset"))).toBeNull();
    expect(
      fitsInto(GRAPH, OPERATIONS, GRAPH.nodes.get("n-split") as GraphNode, edge(GRAPH, "n-train:dataset")),
    ).toBeNull();
  });

  test("says why it does not go there, unless it is connected or has nothing to go in by", () => {
    const into = (operation: string, target: string) =>
      misfit(GRAPH, OPERATIONS, newNode(GRAPH, operation, [0, 0]), edge(GRAPH, target));
    expect(into("Evaluate", "n-train:dataset")).toBe(
      "train wants dataset: np.ndarray, but evaluate-2 gives report: pd.DataFrame: no pd.DataFrame can be a np.ndarray.",
    );
    expect(into("Blur", "n-train:dataset")).toBeNull();
    expect(into("LoadDigits", "n-train:dataset")).toBeNull();
    const split = GRAPH.nodes.get("n-split") as GraphNode;
    expect(misfit(GRAPH, OPERATIONS, split, edge(GRAPH, "n-saved:data"))).toBeNull();
  });

  test("is duplicated with what it takes, and copies are connected among themselves", () => {
    const { changes, nodes } = duplicate(GRAPH, ["n-train", "n-evaluate"], [40, 40]);
    const graph = applied(GRAPH, changes);
    expect(wires(graph)).toEqual(
      expect.arrayContaining(["split.train → train-2.dataset", "train-2. → evaluate-2.model"]),
    );
    expect(nodes.map((node) => node.at)).toEqual([
      [640, 40],
      [940, 240],
    ]);
  });

  test("is duplicated and copied from where it is drawn when it has no place of its own", () => {
    const { at: _, ...homeless } = GRAPH.nodes.get("n-train") as GraphNode;
    const graph: Graph = { ...GRAPH, nodes: new Map(GRAPH.nodes).set("n-train", homeless) };
    const drawn = new Map([["n-train", { x: 500, y: 60 }]]);
    expect(duplicate(graph, ["n-train"], [40, 40], drawn).nodes[0]?.at).toEqual([540, 100]);
    expect(readFragment(copied(graph, new Set(["n-train"]), drawn))?.nodes[0]?.at).toEqual([500, 60]);
  });

  test("is marked, and unmarked when all are", () => {
    const muted = applied(GRAPH, toggle(GRAPH, ["n-train", "n-split"], "mute"));
    expect(muted.nodes.get("n-train")?.mute).toBe(true);
    expect(applied(muted, toggle(muted, ["n-train", "n-split"], "mute"))).toEqual(GRAPH);
  });

  test("that is pinned stays where it is, and the others move", () => {
    const graph = applied(GRAPH, toggle(GRAPH, ["n-train"], "pin"));
    const places = new Map([
      ["n-train", [900, 900]],
      ["n-split", [910, 900]],
    ] as const);
    expect(move(graph, places)).toEqual([{ do: "set", node: "n-split", fields: { at: [910, 900] } }]);
  });

  test("that does not move is not changed", () => {
    expect(
      move(
        GRAPH,
        new Map([
          ["n-digits", [0, 0]],
          ["note-1", [5, 5]],
        ]),
      ),
    ).toEqual([{ do: "set note", note: "note-1", fields: { at: [5, 5] } }]);
  });

  test("is connected from either end", () => {
    const ends = [
      { node: "n-digits", port: "images", side: "output" },
      { node: "n-train", port: "dataset", side: "input" },
    ] as const;
    expect(connect(GRAPH, ends[1], ends[0])).toEqual(connect(GRAPH, ...ends));
  });
});

describe("changes of what is gone", () => {
  test("are left aside", () => {
    expect(
      applied(EMPTY, [
        { do: "disconnect", node: "x", input: "y" },
        { do: "set note", note: "z", fields: { text: "" } },
      ]),
    ).toEqual(EMPTY);
  });
});

describe("the clipboard", () => {
  test("brings a graph to another project as it was", () => {
    const fragment = readFragment(copied(GRAPH, new Set([...GRAPH.nodes.keys(), "note-1"])));
    const { changes } = pasted(EMPTY, fragment!, [0, 0]);
    const there = applied(EMPTY, changes);
    expect(counts(diffGraphs(GRAPH, there))).toMatchObject({ added: 0, removed: 0, changed: 0 });
    expect([...there.notes.values()].map((note) => note.text)).toEqual(["Try a wider convnet"]);
  });

  test("brings whole numbers of any size", () => {
    const big = applied(GRAPH, [{ do: "attribute", node: "n-train", name: "seed", value: 2n ** 60n }]);
    const [node] = readFragment(copied(big, new Set(["n-train"])))!.nodes;
    expect(node?.attributes).toEqual({ epochs: 5, seed: 2n ** 60n });
  });

  test("keeps what comes in from outside only when it is asked to", () => {
    const fragment = readFragment(copied(GRAPH, new Set(["n-train"])));
    const plain = applied(GRAPH, pasted(GRAPH, fragment!, null).changes);
    const linked = applied(GRAPH, pasted(GRAPH, fragment!, null, true).changes);
    expect(wires(plain)).not.toContain("split.train → train-2.dataset");
    expect(wires(linked)).toContain("split.train → train-2.dataset");
  });

  test("tells its own text from others", () => {
    expect([
      readFragment("hello"),
      readFragment("{}"),
      readFragment('{"deepforge": "graph", "version": 1, "nodes": [{}]}'),
      readFragment("{oops"),
    ]).toEqual([null, null, null, null]);
    expect(() => readFragment('{"deepforge": "graph", "version": 9, "nodes": []}')).toThrow("format 9");
  });

  test("knows Python when it sees it", () => {
    expect(
      ["def load(x):\n  return x", "import os\n\nclass Train:\n  pass", "define it", "{}"].map(
        looksLikePython,
      ),
    ).toEqual([true, true, false, false]);
  });
});

describe("a name", () => {
  test("is free, or gets the next number", () => {
    expect([freeName("train", new Set()), freeName("train-2", new Set(["train-2", "train-3"]))]).toEqual([
      "train",
      "train-4",
    ]);
    expect(
      ["LoadDigits", "show_graph", "Scatter3DPlots", "HTTPGet", "__"].map((one) => nameFor(one, new Set())),
    ).toEqual(["load-digits", "show-graph", "scatter3-d-plots", "http-get", "node"]);
  });

  test("is refused with a reason", () => {
    expect(nameProblem("train", ["train"])).toBe("There is a node train already.");
    expect(nameProblem("a.b", [])).toContain("no dot");
    expect([nameProblem("", []), nameProblem(" a", [])].every(Boolean)).toBe(true);
    expect(nameProblem("Größe 2", [])).toBeNull();
  });
});

describe("the order of nodes", () => {
  test("has always a place between two", () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (places) => {
        const orders = behind([], 2);
        for (const place of places) {
          const at = place % (orders.length + 1);
          const [before, after] = [orders[at - 1] ?? null, orders[at] ?? null];
          const fresh = between(before, after);
          expect(before === null || before < fresh).toBe(true);
          expect(after === null || fresh < after).toBe(true);
          orders.splice(at, 0, fresh);
        }
      }),
    );
  });

  test("goes on behind the last, and stays short", () => {
    const orders = behind(["a0"], 500);
    expect([...orders].sort()).toEqual(orders);
    expect(Math.max(...orders.map((order) => order.length))).toBeLessThan(12);
  });
});

describe("the difference of two graphs", () => {
  test("says what was added, removed, changed and moved", () => {
    const after = applied(GRAPH, [
      { do: "remove", node: "n-saved" },
      { do: "attribute", node: "n-train", name: "epochs", value: 12 },
      { do: "set", node: "n-digits", fields: { at: [1, 1] } },
      { do: "add", node: newNode(GRAPH, "Blur", [0, 0]) },
      { do: "disconnect", node: "n-evaluate", input: "dataset" },
    ]);
    const diff = diffGraphs(GRAPH, after);
    expect(counts(diff)).toEqual({ added: 1, removed: 1, changed: 2, moved: 1 });
    expect(diff.nodes.get("n-train")?.differences).toEqual([
      { part: "attributes.epochs", before: 5, after: 12 },
    ]);
    expect(diff.edges.get("n-evaluate:dataset")).toBe("removed");
    expect(edgesOf(diff.graph).map((one) => one.id)).toContain("n-evaluate:dataset");
  });

  test("knows a node by its name when its id is another", () => {
    const fragment = readFragment(copied(GRAPH, new Set(GRAPH.nodes.keys())));
    const there = applied(EMPTY, pasted(EMPTY, fragment!, [0, 0]).changes);
    expect(counts(diffGraphs(GRAPH, there))).toEqual({ added: 0, removed: 0, changed: 0, moved: 0 });
  });

  test("sees a renamed node as changed", () => {
    const after = applied(GRAPH, [{ do: "set", node: "n-train", fields: { name: "fit" } }]);
    expect(diffGraphs(GRAPH, after).nodes.get("n-train")?.differences).toEqual([
      { part: "name", before: "train", after: "fit" },
    ]);
    expect(counts(diffGraphs(GRAPH, after)).changed).toBe(1);
  });
});
