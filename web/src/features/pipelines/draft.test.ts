import { expect, test } from "vitest";
import { type GraphNode, graphOf } from "@/graph/model";
import { draftOf, pipelineName } from "./draft";

const node = (id: string, name: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  name,
  operation: "Train",
  attributes: {},
  references: {},
  inputs: {},
  resources: {},
  order: id,
  ...more,
});

const PLAIN = { operation: "Train", attributes: {}, references: {}, inputs: {}, resources: {} };

test("a draft names nodes as the file would", () => {
  const draft = draftOf(
    graphOf([
      node("n-a", "load", { attributes: { count: 3, big: 9007199254740993n } }),
      node("n-b", "train", {
        inputs: { images: { node: "n-a", output: "images" }, labels: { node: "n-a", output: null } },
        bypass: true,
        cache: false,
      }),
    ]),
  );
  expect(draft.nodes).toEqual({
    load: { ...PLAIN, attributes: { count: 3, big: 9007199254740992 } },
    train: { ...PLAIN, inputs: { images: "load.images", labels: "load" }, bypass: true, cache: false },
  });
  expect(draft.ids).toEqual(
    new Map([
      ["load", "n-a"],
      ["train", "n-b"],
    ]),
  );
});

test("what an input names and is not there stays in the draft", () => {
  const inputs = { images: { text: "gone.images" }, labels: { node: "n-old", output: "labels" } };
  expect(draftOf(graphOf([node("n-b", "train", { inputs })])).nodes.train?.inputs).toEqual({
    images: "gone.images",
    labels: "old.labels",
  });
});

test("of nodes with the same name the first is meant, and the others are told", () => {
  const draft = draftOf(graphOf([node("n-a", "train"), node("n-b", "train")]));
  expect([draft.ids.get("train"), draft.twins]).toEqual(["n-a", ["n-b"]]);
});

test("moving a node makes no other draft, renaming one does", () => {
  const key = (more: Partial<GraphNode>) => draftOf(graphOf([node("n-a", "train", more)])).key;
  expect(key({ at: [10, 20] })).toBe(key({ at: [300, 20], pin: true }));
  expect(key({ name: "fit" })).not.toBe(key({}));
});

test.each([
  ["pipelines/train.yaml", "train"],
  ["pipelines/vision/train.yml", "vision/train"],
])("the pipeline of %s is %s", (path, name) => {
  expect(pipelineName(path)).toBe(name);
});
