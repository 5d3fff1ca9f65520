import { expect, test } from "vitest";
import { graphOf } from "@/graph/model";
import { draftOf } from "../draft";
import type { NodePreview } from "./preview";
import { lastData, learn, shapesSaid, useShapes } from "./shapes";

const NODE = { attributes: {}, references: {}, resources: {} };
const draft = draftOf(
  graphOf([
    { ...NODE, id: "n-load", name: "load", operation: "Load", inputs: {}, order: "a" },
    {
      ...NODE,
      id: "n-train",
      name: "train",
      operation: "Train",
      inputs: { images: { node: "n-load", output: "images" }, start: { text: "gone" } },
      order: "b",
    },
    {
      ...NODE,
      id: "n-saved",
      name: "saved",
      operation: "Output",
      inputs: { data: { node: "n-train", output: null } },
      order: "c",
    },
  ]),
);
const ran = (job: string, ...names: string[]): NodePreview =>
  ({
    last: { job, outputs: names.map((name) => ({ name, digest: `of ${name}`, codec: "npy", size: 1 })) },
  }) as unknown as NodePreview;
const previews = new Map([
  ["n-load", ran("one", "images", "labels")],
  ["n-train", ran("two", "model")],
]);

test("a node took what it is connected with, and gave what its own last job did", () => {
  const found = (name: string) =>
    lastData(name, draft, previews).map(({ side, port, data }) => [side, port, data.digest, data.job]);
  expect(found("train")).toEqual([
    ["input", "images", "of images", "one"],
    ["output", "model", "of model", "two"],
  ]);
  expect(found("saved")).toEqual([["input", "data", "of model", "two"]]);
});

test("what is known of its shapes is said in one line, and nothing of what has none", () => {
  const ports = lastData("train", draft, previews);
  const said = () => shapesSaid(ports, useShapes.getState().known);
  expect(said()).toBeUndefined();
  learn("of images", { kind: "array", shape: [20, 8], dtype: "float64" });
  expect(said()).toBe("input images 20 × 8 float64");
  learn("of model", null);
  expect(said()).toBe("input images 20 × 8 float64");
  learn("of model", {
    kind: "model",
    framework: "torch",
    name: "Net",
    parameters: 1234,
    trainable: null,
    bytes: 1,
    layers: [],
    layers_in_all: 0,
  });
  expect(said()).toBe("input images 20 × 8 float64; output model 1 234 parameters");
});
