/** What is different between two versions of a graph: for history, and for comparing two pipelines. */

import { flowOrder } from "./cycle";
import { type Edge, edgesOf, type Graph, type GraphNode, isSource, type NodeId } from "./model";

export type Status = "added" | "removed" | "changed" | "moved" | "same";

/** One part of a node that is different, such as `attributes.epochs`; what is not there is undefined. */
export interface Difference {
  readonly part: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface NodeDiff {
  readonly status: Status;
  readonly before: GraphNode | null;
  readonly after: GraphNode | null;
  readonly differences: readonly Difference[];
}

export interface GraphDiff {
  /** Both versions in one graph, under the ids of the later one; what was removed is there, too. */
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<NodeId, NodeDiff>;
  readonly edges: ReadonlyMap<string, "added" | "removed" | "same">;
  /** The earlier version alone, under the ids of the later one. */
  readonly before: Graph;
}

/** Nodes are the same by their id, else by their name, else by all but their name where only two are alike. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  const renamed = laterIds(before, after);
  const earlier = new Map(
    [...before.nodes.values()].map((node) => [renamed.get(node.id) as NodeId, inIdsOf(node, renamed)]),
  );
  const nodes = new Map<NodeId, NodeDiff>();
  for (const [id, node] of after.nodes)
    nodes.set(id, compared(earlier.get(id) ?? null, node, nameOf(before, after)));
  for (const [id, node] of earlier)
    if (!after.nodes.has(id))
      nodes.set(id, { status: "removed", before: node, after: null, differences: [] });
  const both: Graph = {
    nodes: new Map([...[...earlier].filter(([id]) => !after.nodes.has(id)), ...after.nodes]),
    notes: after.notes,
  };
  return {
    graph: withRemovedEdges(both, nodes),
    nodes,
    edges: edgeDiff({ nodes: earlier, notes: before.notes }, after),
    before: { nodes: earlier, notes: before.notes },
  };
}

/** The nodes that were added, removed or changed, as the data flows; a node that only moved is none of them. */
export function changesOf(diff: GraphDiff): NodeId[] {
  return flowOrder(diff.graph).filter((id) =>
    ["added", "removed", "changed"].includes(diff.nodes.get(id)?.status ?? "same"),
  );
}

/** The connections of the earlier version that are there no more, or come from elsewhere. */
export function removedEdges(diff: GraphDiff, after: Graph): Edge[] {
  const later = edgeKeys(after);
  return edgesOf(diff.before).filter((edge) => later.get(edge.id) !== keyOf(edge));
}

/** A fresh difference, but the known objects where both say the same, so that only what changed is drawn again. */
export function steady(known: GraphDiff | null, fresh: GraphDiff): GraphDiff {
  if (known === null) return fresh;
  const nodes = new Map(
    [...fresh.nodes].map(([id, now]) => {
      const then = known.nodes.get(id);
      const isSame =
        then?.status === now.status && then.after === now.after && same(then.differences, now.differences);
      return [id, isSame ? then : now];
    }),
  );
  const { before } = fresh;
  const isBefore =
    before.notes === known.before.notes &&
    before.nodes.size === known.before.nodes.size &&
    [...before.nodes].every(([id, node]) => known.before.nodes.get(id) === node);
  return { ...fresh, nodes, before: isBefore ? known.before : before };
}

/** Every earlier node's id in the later graph; its own where it is there no more. */
function laterIds(before: Graph, after: Graph): Map<NodeId, NodeId> {
  const names = new Map([...after.nodes.values()].map((node) => [node.name, node.id]));
  const found = new Map<NodeId, NodeId>();
  for (const node of before.nodes.values()) {
    const same = after.nodes.has(node.id) ? node.id : names.get(node.name);
    const taken = same !== undefined && same !== node.id && before.nodes.has(same);
    found.set(node.id, same !== undefined && !taken ? same : node.id);
  }
  const known = new Set(found.values());
  const gone = [...before.nodes.values()].filter((node) => !after.nodes.has(found.get(node.id) as NodeId));
  const come = [...after.nodes.values()].filter((node) => !known.has(node.id));
  for (const node of come) {
    const [former, ...others] = gone.filter((one) => isAlike(one, node));
    const isOnly = others.length === 0 && come.filter((one) => isAlike(one, node)).length === 1;
    if (former && isOnly) found.set(former.id, node.id);
  }
  return found;
}

/** Whether two nodes have all in common but their names and what they take. */
function isAlike(one: GraphNode, other: GraphNode): boolean {
  return (
    plain(one, other, ["operation", "cache", "bypass", "mute"]).length === 0 &&
    same(one.attributes, other.attributes) &&
    same(one.references, other.references) &&
    same(one.resources, other.resources) &&
    same(one.through ?? {}, other.through ?? {})
  );
}

/** How many nodes were added, removed, changed and only moved. */
export function counts(diff: GraphDiff): Record<Exclude<Status, "same">, number> {
  const found = { added: 0, removed: 0, changed: 0, moved: 0 };
  for (const { status } of diff.nodes.values()) if (status !== "same") found[status]++;
  return found;
}

function compared(before: GraphNode | null, after: GraphNode, sourceName: (id: NodeId) => string): NodeDiff {
  if (!before) return { status: "added", before, after, differences: [] };
  const differences = [
    ...plain(before, after, ["name", "operation", "cache", "bypass", "mute"]),
    ...keyed("attributes", before.attributes, after.attributes),
    ...keyed("references", before.references, after.references),
    ...keyed("inputs", sources(before, sourceName), sources(after, sourceName)),
    ...keyed("resources", before.resources, after.resources),
    ...keyed("through", before.through ?? {}, after.through ?? {}),
  ];
  const moved = !same(before.at, after.at);
  return {
    status: differences.length > 0 ? "changed" : moved ? "moved" : "same",
    before,
    after,
    differences,
  };
}

function plain(before: GraphNode, after: GraphNode, parts: readonly (keyof GraphNode)[]): Difference[] {
  return parts
    .filter((part) => !same(before[part], after[part]))
    .map((part) => ({ part, before: before[part], after: after[part] }));
}

function keyed(
  part: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Difference[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => !same(before[key], after[key]))
    .map((key) => ({ part: `${part}.${key}`, before: before[key], after: after[key] }));
}

function sources(node: GraphNode, name: (id: NodeId) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(node.inputs).map(([port, source]) => [
      port,
      isSource(source)
        ? [name(source.node), ...(source.output === null ? [] : [source.output])].join(".")
        : source.text,
    ]),
  );
}

function nameOf(before: Graph, after: Graph): (id: NodeId) => string {
  return (id) => after.nodes.get(id)?.name ?? before.nodes.get(id)?.name ?? id;
}

function inIdsOf(node: GraphNode, renamed: ReadonlyMap<NodeId, NodeId>): GraphNode {
  const isOther = (id: NodeId) => (renamed.get(id) ?? id) !== id;
  const sources = Object.values(node.inputs).filter(isSource);
  if (!isOther(node.id) && !sources.some((source) => isOther(source.node))) return node;
  const inputs = Object.fromEntries(
    Object.entries(node.inputs).map(([port, source]) => [
      port,
      isSource(source) ? { ...source, node: renamed.get(source.node) ?? source.node } : source,
    ]),
  );
  return { ...node, id: renamed.get(node.id) ?? node.id, inputs };
}

function edgeKeys(graph: Graph): Map<string, string> {
  return new Map(edgesOf(graph).map((edge) => [edge.id, keyOf(edge)]));
}

const keyOf = (edge: Edge): string => `${edge.source}.${edge.output ?? ""}`;

function edgeDiff(before: Graph, after: Graph): Map<string, "added" | "removed" | "same"> {
  const [earlier, later] = [edgeKeys(before), edgeKeys(after)];
  const found = new Map<string, "added" | "removed" | "same">();
  for (const [id, source] of later) found.set(id, earlier.get(id) === source ? "same" : "added");
  for (const id of earlier.keys()) if (!later.has(id)) found.set(id, "removed");
  return found;
}

/** Inputs that are connected no more keep their old source in the graph of both, so that it can be drawn. */
function withRemovedEdges(both: Graph, diffs: ReadonlyMap<NodeId, NodeDiff>): Graph {
  const nodes = new Map(both.nodes);
  for (const [id, { before, after }] of diffs)
    if (before && after) nodes.set(id, { ...after, inputs: { ...before.inputs, ...after.inputs } });
  return { ...both, nodes };
}

export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}
