/** Walks through a graph: circles and the path they take, what lies before and behind, an order to read it in. */

import { type Edge, edgesOf, type Graph, inOrder, type NodeId } from "./model";

/** The path from one node to another, both included; null when there is none. */
function findPath(edges: Iterable<Edge>, from: NodeId, to: NodeId): NodeId[] | null {
  const ahead = neighbours(edges, "forward");
  const before = new Map<NodeId, NodeId | null>([[from, null]]);
  const waiting = [from];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (at === to) return backwards(before, at);
    for (const next of ahead.get(at) ?? []) {
      if (!before.has(next)) {
        before.set(next, at);
        waiting.push(next);
      }
    }
  }
  return null;
}

/** The circle that a new connection would close, beginning and ending with its source; null when it closes none. */
export function circleClosedBy(edges: Iterable<Edge>, source: NodeId, target: NodeId): NodeId[] | null {
  if (source === target) return [source, target];
  const path = findPath(edges, target, source);
  return path && [source, ...path];
}

/** All nodes that data from `start` reaches, or that reach it; `start` itself is left out. */
export function reached(
  edges: Iterable<Edge>,
  start: Iterable<NodeId>,
  direction: "forward" | "backward",
): Set<NodeId> {
  const ahead = neighbours(edges, direction);
  const first = new Set(start);
  const found = new Set<NodeId>();
  const waiting = [...first];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const next of ahead.get(at) ?? []) {
      if (!found.has(next) && !first.has(next)) {
        found.add(next);
        waiting.push(next);
      }
    }
  }
  return found;
}

/** The nodes, each behind all that it takes data from; where that leaves a choice (or in a circle), as in the file. */
export function flowOrder(graph: Graph): NodeId[] {
  const nodes = inOrder(graph).map((node) => node.id);
  const edges = edgesOf(graph);
  const ahead = neighbours(edges, "forward");
  const waitsFor = new Map(nodes.map((node) => [node, new Set<NodeId>()]));
  for (const edge of edges) waitsFor.get(edge.target)?.add(edge.source);
  const left = new Set(nodes);
  const order: NodeId[] = [];
  while (left.size > 0) {
    let moved = false;
    for (const node of [...left]) {
      if ((waitsFor.get(node)?.size ?? 0) > 0) continue;
      moved = true;
      left.delete(node);
      order.push(node);
      for (const next of ahead.get(node) ?? []) waitsFor.get(next)?.delete(node);
    }
    if (!moved) {
      const [first] = left;
      if (first !== undefined) waitsFor.get(first)?.clear();
    }
  }
  return order;
}

function neighbours(edges: Iterable<Edge>, direction: "forward" | "backward"): Map<NodeId, Set<NodeId>> {
  const found = new Map<NodeId, Set<NodeId>>();
  for (const { source, target } of edges) {
    const [from, to] = direction === "forward" ? [source, target] : [target, source];
    const ahead = found.get(from);
    if (ahead) ahead.add(to);
    else found.set(from, new Set([to]));
  }
  return found;
}

function backwards(before: ReadonlyMap<NodeId, NodeId | null>, end: NodeId): NodeId[] {
  const path: NodeId[] = [];
  for (let at: NodeId | null | undefined = end; at !== null && at !== undefined; at = before.get(at))
    path.unshift(at);
  return path;
}
