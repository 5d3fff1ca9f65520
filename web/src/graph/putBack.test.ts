/** One node as it was in an earlier version. */
import { describe, expect, test } from "vitest";
import { applied, type Change } from "./change";
import { changesOf, diffGraphs, removedEdges } from "./diff";
import { newNode, remove } from "./editing";
import { GRAPH, OPERATIONS } from "./example";
import { edgesOf, type Graph, type GraphNode, inOrder } from "./model";
import { putBack } from "./putBack";

const named = (id: string, name: string, rest: Partial<GraphNode> = {}): Graph =>
  applied(GRAPH, [
    { do: "add", node: { ...(GRAPH.nodes.get(id) as GraphNode), id: "n-other", name, ...rest } },
    { do: "remove", node: id },
  ]);
const back = (after: Graph, id: string): Graph =>
  applied(after, putBack(diffGraphs(GRAPH, after), after, id));
const edges = (graph: Graph) =>
  edgesOf(graph)
    .map((edge) => `${edge.source}.${edge.output ?? ""} → ${edge.id}`)
    .sort();

describe("what is the same node", () => {
  test("one that has another name and another id, when no two are like it", () => {
    const diff = diffGraphs(GRAPH, named("n-saved", "kept"));
    expect(diff.nodes.get("n-other")?.differences).toEqual([
      { part: "name", before: "saved", after: "kept" },
    ]);
    expect(diff.before.nodes.get("n-other")?.name).toBe("saved");
    const two = applied(named("n-saved", "kept"), [
      { do: "add", node: { ...(GRAPH.nodes.get("n-saved") as GraphNode), id: "n-third", name: "third" } },
    ]);
    expect(diffGraphs(GRAPH, two).nodes.get("n-saved")?.status).toBe("removed");
  });

  test("not one that was removed and another that was added with other values", () => {
    const diff = diffGraphs(GRAPH, named("n-saved", "kept", { attributes: { name: "other" } }));
    expect([diff.nodes.get("n-saved")?.status, diff.nodes.get("n-other")?.status]).toEqual([
      "removed",
      "added",
    ]);
  });
});

test("changes are told as the data flows, and what only moved is none", () => {
  const after = applied(GRAPH, [
    { do: "add", node: newNode(GRAPH, "Blur", [0, 0]) },
    ...remove(GRAPH, OPERATIONS, ["n-split"]),
    { do: "attribute", node: "n-train", name: "epochs", value: 7 },
    { do: "set", node: "n-digits", fields: { at: [5, 5] } },
  ]);
  const diff = diffGraphs(GRAPH, after);
  const name = (id: string) => diff.graph.nodes.get(id)?.name;
  expect(changesOf(diff).map(name)).toEqual(["split", "train", "evaluate", "blur"]);
});

test("a connection that comes from elsewhere now was removed, too", () => {
  const source = { node: "n-digits", output: "labels" };
  const after = applied(GRAPH, [{ do: "connect", node: "n-split", input: "images", source }]);
  expect(removedEdges(diffGraphs(GRAPH, after), after).map((edge) => [edge.id, edge.output])).toEqual([
    ["n-split:images", "images"],
  ]);
});

describe("putting back", () => {
  test("gives a changed node its values and inputs again, and leaves its place and all others", () => {
    const changes: Change[] = [
      { do: "attribute", node: "n-train", name: "epochs", value: 9 },
      { do: "attribute", node: "n-train", name: "seed", value: 1 },
      { do: "resource", node: "n-train", name: "cpus", value: 2 },
      { do: "set", node: "n-train", fields: { name: "fit", cache: false, mute: true, at: [1, 2] } },
      { do: "disconnect", node: "n-train", input: "dataset" },
      { do: "connect", node: "n-train", input: "start", source: { node: "n-digits", output: "images" } },
      { do: "attribute", node: "n-digits", name: "test_fraction", value: 0.5 },
    ];
    const after = applied(GRAPH, changes);
    const found = back(after, "n-train");
    expect(found.nodes.get("n-train")).toEqual({ ...GRAPH.nodes.get("n-train"), at: [1, 2] });
    expect(found.nodes.get("n-digits")).toBe(after.nodes.get("n-digits"));
  });

  test("keeps a name that somebody else has by now", () => {
    const after = applied(GRAPH, [
      { do: "set", node: "n-train", fields: { name: "fit" } },
      { do: "set", node: "n-saved", fields: { name: "train" } },
    ]);
    expect(back(after, "n-train").nodes.get("n-train")?.name).toBe("fit");
  });

  test("brings a removed node back with its connections, at its place in the file", () => {
    const found = back(applied(GRAPH, remove(GRAPH, OPERATIONS, ["n-train"])), "n-train");
    expect(edges(found)).toEqual(edges(GRAPH));
    expect(inOrder(found).map((node) => node.name)).toEqual(inOrder(GRAPH).map((node) => node.name));
    expect(diffGraphs(GRAPH, found).nodes.get("n-train")?.status).toBe("same");
  });

  test("leaves out connections whose ends are gone, and inputs that others have", () => {
    const source = { node: "n-digits", output: "images" };
    const after = applied(GRAPH, [
      ...remove(GRAPH, OPERATIONS, ["n-train", "n-saved", "n-split"]),
      { do: "connect", node: "n-evaluate", input: "model", source },
    ]);
    const found = back(after, "n-train");
    expect(found.nodes.get("n-train")?.inputs).toEqual({});
    expect(found.nodes.get("n-evaluate")?.inputs.model).toEqual(source);
  });

  test("closes no circle", () => {
    const after = applied(GRAPH, [
      { do: "disconnect", node: "n-train", input: "dataset" },
      { do: "connect", node: "n-split", input: "images", source: { node: "n-train", output: "model" } },
    ]);
    expect(back(after, "n-train").nodes.get("n-train")?.inputs).toEqual({});
  });

  test("does nothing to a node that was added or is the same", () => {
    const blur = newNode(GRAPH, "Blur", [0, 0]);
    const after = applied(GRAPH, [{ do: "add", node: blur }]);
    expect(putBack(diffGraphs(GRAPH, after), after, blur.id)).toEqual([]);
    expect(putBack(diffGraphs(GRAPH, after), after, "n-train")).toEqual([]);
  });
});
