import { describe, expect, test } from "vitest";
import { bypassOf } from "./bypass";
import { candidates, type End, fittingPort, producer, refusal } from "./connect";
import { circleClosedBy, flowOrder, reached } from "./cycle";
import { GRAPH, OPERATIONS } from "./example";
import { danglingInputs, edgesOf, type GraphNode } from "./model";
import { portsOf } from "./operation";

const output = (node: string, port: string): End => ({ node: `n-${node}`, port, side: "output" });
const input = (node: string, port: string): End => ({ node: `n-${node}`, port, side: "input" });
const node = (name: string) => GRAPH.nodes.get(`n-${name}`) as GraphNode;

describe("a connection", () => {
  test("is made where the types meet, from either end", () => {
    expect(refusal(GRAPH, OPERATIONS, output("split", "train"), input("evaluate", "dataset"))).toBeNull();
    expect(refusal(GRAPH, OPERATIONS, input("evaluate", "dataset"), output("split", "train"))).toBeNull();
  });

  test("is refused where they cannot, with both types and why", () => {
    expect(refusal(GRAPH, OPERATIONS, output("evaluate", "report"), input("saved", "data"))).toBeNull();
    const table = {
      ...GRAPH,
      nodes: new Map(GRAPH.nodes).set("n-blur", {
        ...node("saved"),
        id: "n-blur",
        name: "blur",
        operation: "Blur",
      }),
    };
    expect(refusal(table, OPERATIONS, output("evaluate", "report"), input("blur", "image"))).toBe(
      "blur wants image: ndarray, but evaluate gives report: pd.DataFrame: no pd.DataFrame can be a ndarray.",
    );
  });

  test("is refused when it closes a circle, and the path is named", () => {
    expect(refusal(GRAPH, OPERATIONS, output("train", "model"), input("split", "images"))).toBe(
      "That would go in a circle: train → split → train.",
    );
    expect(refusal(GRAPH, OPERATIONS, output("train", "model"), input("train", "start"))).toBe(
      "That would go in a circle: train → train.",
    );
  });

  test("is refused between two outputs", () => {
    expect(refusal(GRAPH, OPERATIONS, output("train", "model"), output("split", "test"))).toBe(
      "An output goes to an input, not to another output.",
    );
  });

  test("has candidates: every port that it may go to", () => {
    expect(
      candidates(GRAPH, OPERATIONS, output("train", "model")).map((one) => `${one.node}.${one.port}`),
    ).toEqual(["n-evaluate.model", "n-evaluate.dataset", "n-saved.data"]);
  });

  test("of a new node prefers a port of the same family, then one that is required", () => {
    const [model] = portsOf(node("train"), OPERATIONS).outputs;
    expect(fittingPort(model, portsOf(node("evaluate"), OPERATIONS), "output")?.name).toBe("model");
  });
});

describe("ports", () => {
  test("that only a connection names stay, marked as unknown", () => {
    const stale = { ...node("train"), inputs: { ...node("train").inputs, old: { text: "gone.data" } } };
    expect(portsOf(stale, OPERATIONS, ["weights"]).inputs.at(-1)).toEqual({
      name: "old",
      side: "input",
      annotation: null,
      family: "any",
      required: false,
      known: false,
    });
    expect(portsOf(stale, OPERATIONS, ["weights"]).outputs.map((port) => port.name)).toEqual([
      "model",
      "weights",
    ]);
    expect([...danglingInputs(stale, GRAPH.nodes)]).toEqual([["old", "gone.data"]]);
  });

  test("of an unknown operation are those that connections name", () => {
    const strange = { ...node("evaluate"), operation: "Nobody" };
    const ports = portsOf(strange, OPERATIONS, [null]);
    expect([ports.inputs.map((port) => port.name), ports.outputs.length]).toEqual([["model", "dataset"], 1]);
  });

  test("say what they take", () => {
    expect(producer(GRAPH, OPERATIONS, "n-evaluate", "model")).toBe("train.model");
    expect(producer(GRAPH, OPERATIONS, "n-train", "start")).toBeNull();
  });
});

describe("a walk", () => {
  test("finds what lies before and behind", () => {
    expect(reached(edgesOf(GRAPH), ["n-split"], "forward")).toEqual(
      new Set(["n-train", "n-evaluate", "n-saved"]),
    );
    expect(reached(edgesOf(GRAPH), ["n-train"], "backward")).toEqual(new Set(["n-split", "n-digits"]));
  });

  test("names the circle from its source", () => {
    expect(circleClosedBy(edgesOf(GRAPH), "n-saved", "n-digits")).toEqual([
      "n-saved",
      "n-digits",
      "n-split",
      "n-train",
      "n-saved",
    ]);
    expect(circleClosedBy(edgesOf(GRAPH), "n-digits", "n-saved")).toBeNull();
  });

  test("orders nodes by the flow of data, even in a circle", () => {
    expect(flowOrder(GRAPH)).toEqual(["n-digits", "n-split", "n-train", "n-evaluate", "n-saved"]);
    const circle = {
      ...GRAPH,
      nodes: new Map(GRAPH.nodes).set("n-digits", {
        ...node("digits"),
        inputs: { a: { node: "n-saved", output: null } },
      }),
    };
    expect(flowOrder(circle)).toHaveLength(5);
  });

  test("through a chain of ten thousand nodes does not overflow", () => {
    const edges = Array.from({ length: 10_000 }, (_, at) => ({
      id: String(at),
      source: `n${at}`,
      output: null,
      target: `n${at + 1}`,
      input: "x",
    }));
    expect(circleClosedBy(edges, "n10000", "n0")).toHaveLength(10_002);
  });
});

describe("a bypassed node", () => {
  test("passes on the first input that fits each output", () => {
    expect([...bypassOf(OPERATIONS.get("Split"))]).toEqual([
      ["train", "images"],
      ["test", "images"],
    ]);
  });

  test("passes on nothing where no input fits", () => {
    expect([...bypassOf(OPERATIONS.get("LoadDigits"))]).toEqual([
      ["images", null],
      ["labels", null],
    ]);
    expect([...bypassOf(undefined)]).toEqual([]);
  });
});
