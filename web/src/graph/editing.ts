/** What a person does to a graph, each deed as the changes it comes to. */

import { canMeet } from "./annotation";
import type { Change } from "./change";
import { type End, portOf, refusal } from "./connect";
import { type Corner, placeOf } from "./geometry";
import { type Edge, edgesOf, type Graph, type GraphNode, isSource, type NodeId, type Point } from "./model";
import { freeName, freshNodeId, nameFor, namesOf } from "./naming";
import { type Operations, outputOf, type Port, portsOf, sourceFor } from "./operation";
import { behind } from "./order";

/** A new node of an operation, with a free name, behind all others in the file. */
export function newNode(graph: Graph, operation: string, at: Point): GraphNode {
  const order = behind([...graph.nodes.values()].map((node) => node.order))[0] as string;
  const name = nameFor(operation, namesOf(graph.nodes.values()));
  return {
    id: freshNodeId(),
    name,
    operation,
    attributes: {},
    references: {},
    inputs: {},
    resources: {},
    at,
    order,
  };
}

/** Connect two ends, whichever of them is the input. */
export function connect(graph: Graph, one: End, other: End): Change[] {
  const [from, to] = one.side === "output" ? [one, other] : [other, one];
  const source = graph.nodes.get(from.node);
  return source
    ? [{ do: "connect", node: to.node, input: to.port, source: sourceFor(source, from.port) }]
    : [];
}

/** Connect two ends in place of a connection; nothing where they are the ends that it has. */
export function replug(graph: Graph, edge: Omit<Edge, "id">, one: End, other: End): Change[] {
  const [from, to] = one.side === "output" ? [one, other] : [other, one];
  const hasTarget = to.node === edge.target && to.port === edge.input;
  if (!hasTarget) return [cut(edge), ...connect(graph, one, other)];
  return from.node === edge.source && from.port === (edge.output ?? "") ? [] : connect(graph, one, other);
}

/** Take nodes away, with the connections from them. With `heal`, what came in goes on to where they led. */
export function remove(graph: Graph, operations: Operations, ids: Iterable<NodeId>, heal = false): Change[] {
  const gone = new Set(ids);
  const around = heal ? detours(graph, operations, gone) : new Map<string, Change>();
  const edges = edgesOf(graph).filter((edge) => gone.has(edge.source) && !gone.has(edge.target));
  return [
    ...edges.map((edge) => around.get(edge.id) ?? cut(edge)),
    ...[...gone].filter((id) => graph.nodes.has(id)).map((id): Change => ({ do: "remove", node: id })),
  ];
}

/** Take nodes out of their connections without taking them away: what came in goes on to where they led. */
export function heal(graph: Graph, operations: Operations, ids: Iterable<NodeId>): Change[] {
  const out = new Set(ids);
  const around = detours(graph, operations, out);
  return edgesOf(graph)
    .filter((edge) => out.has(edge.source) !== out.has(edge.target))
    .map((edge) => around.get(edge.id) ?? cut(edge));
}

/** For each edge that leaves the set: the connection that leads around it, where the types fit. */
function detours(graph: Graph, operations: Operations, around: ReadonlySet<NodeId>): Map<string, Change> {
  const found = new Map<string, Change>();
  for (const edge of edgesOf(graph)) {
    if (!around.has(edge.source) || around.has(edge.target)) continue;
    let at: { node: NodeId; output: string | null } | null = { node: edge.source, output: edge.output };
    const seen = new Set<NodeId>();
    while (at && around.has(at.node)) {
      const node: GraphNode | undefined = graph.nodes.get(at.node);
      const output: string | null = node
        ? outputOf({ node: at.node, output: at.output }, node, operations)
        : null;
      const input: string | undefined =
        node && output !== null ? wayThrough(node, operations, output) : undefined;
      const before: GraphNode["inputs"][string] | undefined =
        input === undefined ? undefined : node?.inputs[input];
      at = before && isSource(before) && !seen.has(before.node) ? before : null;
      if (at) seen.add(at.node);
    }
    if (!at) continue;
    const source = graph.nodes.get(at.node);
    const from = portOf(graph, operations, { node: at.node, port: at.output ?? "", side: "output" });
    const to = portOf(graph, operations, { node: edge.target, port: edge.input, side: "input" });
    if (source && canMeet(from?.annotation ?? null, to?.annotation ?? null))
      found.set(edge.id, { do: "connect", node: edge.target, input: edge.input, source: at });
  }
  return found;
}

/** The connected input whose data can take the place of an output: of the same name, or the first of the same family. */
function wayThrough(node: GraphNode, operations: Operations, output: string): string | undefined {
  const ports = portsOf(node, operations);
  const facts = ports.outputs.find((port) => port.name === output);
  const fitting = ports.inputs.filter((port) => {
    const source = node.inputs[port.name];
    if (!facts || !source || !isSource(source)) return false;
    const alike = port.family === facts.family || port.family === "any" || facts.family === "any";
    return alike && canMeet(port.annotation, facts.annotation);
  });
  return (fitting.find((port) => port.name === output) ?? fitting[0])?.name;
}

/** The ports by which a node fits between the ends of an edge; null when it does not fit. */
export function fitsInto(
  graph: Graph,
  operations: Operations,
  node: GraphNode,
  edge: Edge,
): { input: string; output: string } | null {
  const { inputs, outputs } = ways(graph, operations, node, edge);
  const input = inputs.find(([, reason]) => reason === null);
  const output = outputs.find(([, reason]) => reason === null);
  return input && output ? { input: input[0], output: output[0] } : null;
}

/** Why a node that is connected with nothing does not fit between the ends of an edge, as a sentence; else null. */
export function misfit(graph: Graph, operations: Operations, node: GraphNode, edge: Edge): string | null {
  const { inputs, outputs } = ways(graph, operations, node, edge);
  if (inputs.length === 0 || outputs.length === 0) return null;
  if (edgesOf(graph).some(({ source, target }) => source === node.id || target === node.id)) return null;
  const wrong = [inputs, outputs].find((side) => side.every(([, reason]) => reason !== null));
  return wrong?.[0]?.[1] ?? null;
}

/** The free ports of a node with what speaks against each, were the node put between the ends of an edge. */
function ways(
  graph: Graph,
  operations: Operations,
  node: GraphNode,
  edge: Edge,
): Record<"inputs" | "outputs", [port: string, reason: string | null][]> {
  if (edge.source === node.id || edge.target === node.id) return { inputs: [], outputs: [] };
  const source = graph.nodes.get(edge.source);
  const from: End = {
    node: edge.source,
    port: source ? (outputOf({ node: edge.source, output: edge.output }, source, operations) ?? "") : "",
    side: "output",
  };
  const to: End = { node: edge.target, port: edge.input, side: "input" };
  const placed: Graph = { ...graph, nodes: new Map(graph.nodes).set(node.id, node) };
  const ports = portsOf(node, operations);
  const judged = ({ name, side }: Port): [string, string | null] => {
    const end: End = { node: node.id, port: name, side };
    return [
      name,
      side === "input" ? refusal(placed, operations, from, end) : refusal(placed, operations, end, to),
    ];
  };
  return {
    inputs: ports.inputs.filter((port) => port.known && !(port.name in node.inputs)).map(judged),
    outputs: ports.outputs.filter((port) => port.known).map(judged),
  };
}

/** Put a node that is there between the ends of an edge; nothing when it does not fit. */
export function splice(graph: Graph, operations: Operations, node: GraphNode, edge: Edge): Change[] {
  const ports = fitsInto(graph, operations, node, edge);
  if (!ports) return [];
  return [
    { do: "connect", node: node.id, input: ports.input, source: { node: edge.source, output: edge.output } },
    { do: "connect", node: edge.target, input: edge.input, source: sourceFor(node, ports.output) },
  ];
}

/**
 * Copies of nodes beside them, connected among themselves as they are and taking what they take. `drawn` says where
 * nodes are that have no place of their own.
 */
export function duplicate(
  graph: Graph,
  ids: Iterable<NodeId>,
  by: Point,
  drawn: ReadonlyMap<NodeId, Corner> = new Map(),
): { changes: Change[]; nodes: GraphNode[] } {
  const originals = [...ids].flatMap((id) => graph.nodes.get(id) ?? []);
  const fresh = new Map(originals.map((node) => [node.id, freshNodeId()]));
  const taken = namesOf(graph.nodes.values());
  const orders = behind(
    [...graph.nodes.values()].map((node) => node.order),
    originals.length,
  );
  const nodes = originals.map((node, index): GraphNode => {
    const name = freeName(node.name, taken);
    taken.add(name);
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([port, source]) => [
        port,
        isSource(source) ? { ...source, node: fresh.get(source.node) ?? source.node } : source,
      ]),
    );
    const [x, y] = placeOf(node, drawn);
    return {
      ...node,
      id: fresh.get(node.id) as NodeId,
      name,
      inputs,
      at: [x + by[0], y + by[1]],
      order: orders[index] as string,
    };
  });
  return { changes: nodes.map((node) => ({ do: "add", node })), nodes };
}

/** Set a mark on all of the nodes, or take it from all when each has it. */
export function toggle(graph: Graph, ids: Iterable<NodeId>, mark: "bypass" | "mute" | "pin"): Change[] {
  const nodes = [...ids].flatMap((id) => graph.nodes.get(id) ?? []);
  const all = nodes.every((node) => node[mark]);
  return nodes.map((node) => ({ do: "set", node: node.id, fields: { [mark]: all ? undefined : true } }));
}

/** Move nodes; those that lie where they are told to are left alone. */
export function move(graph: Graph, positions: ReadonlyMap<NodeId, Point>): Change[] {
  const found: Change[] = [];
  for (const [id, at] of positions) {
    const node = graph.nodes.get(id);
    if (node && !node.pin && (node.at?.[0] !== at[0] || node.at[1] !== at[1]))
      found.push({ do: "set", node: id, fields: { at } });
    const note = graph.notes.get(id);
    if (note && (note.at[0] !== at[0] || note.at[1] !== at[1]))
      found.push({ do: "set note", note: id, fields: { at } });
  }
  return found;
}

/** Take a connection away. */
export function cut(edge: Pick<Edge, "target" | "input">): Change {
  return { do: "disconnect", node: edge.target, input: edge.input };
}
