/** Making one node what it was in an earlier version, and leaving all others. */

import { applied, type Change } from "./change";
import { circleClosedBy } from "./cycle";
import { type GraphDiff, same } from "./diff";
import { edgesOf, type Graph, type GraphNode, inOrder, isSource, type NodeId } from "./model";
import { freeName, namesOf } from "./naming";
import { behind, between } from "./order";

/**
 * A node that was changed gets its values and inputs again; one that was removed comes back with the connections whose
 * ends are still there. What would go in a circle, or take an input from another, stays as it is. Nothing for others.
 */
export function putBack(diff: GraphDiff, now: Graph, id: NodeId): Change[] {
  const was = diff.before.nodes.get(id);
  if (!was) return [];
  const node = now.nodes.get(id);
  return node ? restored(was, node, now) : returned(was, diff.before, now);
}

function restored(was: GraphNode, node: GraphNode, now: Graph): Change[] {
  const others = namesOf([...now.nodes.values()].filter((other) => other !== node));
  const name = others.has(was.name) ? node.name : was.name;
  const { operation, cache, bypass, mute } = was;
  const isOther = ["operation", "cache", "bypass", "mute"].some(
    (part) => was[part as keyof GraphNode] !== node[part as keyof GraphNode],
  );
  const changes: Change[] = [
    ...(isOther || name !== node.name
      ? [{ do: "set" as const, node: node.id, fields: { name, operation, cache, bypass, mute } }]
      : []),
    ...entries(was.attributes, node.attributes, (key, value) => ({
      do: "attribute",
      node: node.id,
      name: key,
      value,
    })),
    ...entries(was.references, node.references, (key, value) => ({
      do: "reference",
      node: node.id,
      name: key,
      value,
    })),
    ...entries(was.resources, node.resources, (key, value) => ({
      do: "resource",
      node: node.id,
      name: key,
      value,
    })),
    ...entries(was.through ?? {}, node.through ?? {}, (output, input) => ({
      do: "through",
      node: node.id,
      output,
      input,
    })),
  ];
  const inputs = Object.keys({ ...was.inputs, ...node.inputs }).filter(
    (input) => !same(was.inputs[input], node.inputs[input]),
  );
  const cut = inputs
    .filter((input) => was.inputs[input] === undefined)
    .map((input): Change => ({ do: "disconnect", node: node.id, input }));
  return [...changes, ...cut, ...connected(applied(now, cut), was, node.id, inputs)];
}

function returned(was: GraphNode, before: Graph, now: Graph): Change[] {
  const added: Change = {
    do: "add",
    node: {
      ...was,
      name: freeName(was.name, namesOf(now.nodes.values())),
      inputs: Object.fromEntries(Object.entries(was.inputs).filter(([, source]) => !isSource(source))),
      order: placeIn(was, before, now),
    },
  };
  const there = applied(now, [added]);
  const incoming = connected(there, was, was.id, Object.keys(was.inputs));
  let graph = applied(there, incoming);
  const outgoing: Change[] = [];
  for (const edge of edgesOf(before)) {
    const target = graph.nodes.get(edge.target);
    const taken = target?.inputs[edge.input];
    const isFree = !taken || !isSource(taken) || !now.nodes.has(taken.node);
    if (edge.source !== was.id || !target || !isFree) continue;
    if (circleClosedBy(edgesOf(graph), was.id, target.id)) continue;
    const source = { node: was.id, output: edge.output };
    const change: Change = { do: "connect", node: target.id, input: edge.input, source };
    outgoing.push(change);
    graph = applied(graph, [change]);
  }
  return [added, ...incoming, ...outgoing];
}

/** The inputs of a node as they were, as far as their sources are there. */
function connected(now: Graph, was: GraphNode, node: NodeId, inputs: readonly string[]): Change[] {
  const found: Change[] = [];
  let graph = now;
  for (const input of inputs) {
    const source = was.inputs[input];
    if (!source) continue;
    const isPossible =
      !isSource(source) ||
      (graph.nodes.has(source.node) && !circleClosedBy(edgesOf(graph), source.node, node));
    if (!isPossible) continue;
    const change: Change = { do: "connect", node, input, source };
    found.push(change);
    graph = applied(graph, [change]);
  }
  return found;
}

/** Behind the nearest node before it in the file that is still there. */
function placeIn(was: GraphNode, before: Graph, now: Graph): string {
  const earlier = inOrder(before);
  const later = inOrder(now);
  const ahead = earlier
    .slice(
      0,
      earlier.findIndex((node) => node.id === was.id),
    )
    .reverse();
  const last = ahead.find((node) => now.nodes.has(node.id));
  const at = last ? later.findIndex((node) => node.id === last.id) : -1;
  const [left, right] = [later[at]?.order ?? null, later[at + 1]?.order ?? null];
  if (right === null) return behind(later.map((node) => node.order))[0] as string;
  return between(left, right);
}

function entries<Value>(
  was: Readonly<Record<string, Value>>,
  now: Readonly<Record<string, Value>>,
  change: (key: string, value: Value | undefined) => Change,
): Change[] {
  return Object.keys({ ...was, ...now })
    .filter((key) => !same(was[key], now[key]))
    .map((key) => change(key, was[key]));
}
