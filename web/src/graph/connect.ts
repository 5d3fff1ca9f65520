/** Which outputs an input may take, and the sentence that says why not. */

import { canMeet } from "./annotation";
import { circleClosedBy, reached } from "./cycle";
import { edgesOf, type Graph, isSource, type NodeId } from "./model";
import { type Operations, outputOf, type Port, portsOf, signature } from "./operation";

/** One end of a connection that is being drawn. */
export interface End {
  readonly node: NodeId;
  readonly port: string;
  readonly side: "input" | "output";
}

export interface Candidate extends End {
  readonly facts: Port;
}

/** Why these two ends cannot be connected, as a sentence; null when they can. */
export function refusal(graph: Graph, operations: Operations, one: End, other: End): string | null {
  return judge(graph, operations, one)(other);
}

/** A judge of all ends that one end could be connected with: it says why not, or null. Quick for many of them. */
export function judge(graph: Graph, operations: Operations, one: End): (other: End) => string | null {
  const edges = edgesOf(graph);
  const circling = reached(edges, [one.node], one.side === "output" ? "backward" : "forward");
  const facts = portOf(graph, operations, one);
  return (other) => {
    if (one.side === other.side)
      return one.side === "input"
        ? "An input takes an output, not another input."
        : "An output goes to an input, not to another output.";
    const [from, to] = one.side === "output" ? [one, other] : [other, one];
    const source = graph.nodes.get(from.node);
    const target = graph.nodes.get(to.node);
    if (!source || !target) return "One of the two nodes is gone.";
    const otherFacts = portOf(graph, operations, other);
    const [output, input] = one.side === "output" ? [facts, otherFacts] : [otherFacts, facts];
    if (output && !output.known) return `${source.operation} has no output ${from.port} any more.`;
    if (input && !input.known) return `${target.operation} has no input ${to.port} any more.`;
    if (other.node === one.node || circling.has(other.node)) {
      const path = circleClosedBy(edges, from.node, to.node) ?? [];
      return `That would go in a circle: ${path.map((id) => graph.nodes.get(id)?.name ?? id).join(" → ")}.`;
    }
    if (output && input && !canMeet(output.annotation, input.annotation))
      return `${target.name} wants ${signature(input)}, but ${source.name} gives ${signature(output)}: no ${output.annotation} can be ${withArticle(input.annotation)}.`;
    return null;
  };
}

/** All ports of other nodes that the end may be connected with, in the order of the file. */
export function candidates(graph: Graph, operations: Operations, end: End): Candidate[] {
  const side = end.side === "input" ? "output" : "input";
  const found: Candidate[] = [];
  const refused = judge(graph, operations, end);
  for (const node of graph.nodes.values()) {
    if (node.id === end.node) continue;
    const ports = portsOf(node, operations);
    for (const facts of side === "input" ? ports.inputs : ports.outputs) {
      const other: End = { node: node.id, port: facts.name, side };
      if (facts.known && refused(other) === null) found.push({ ...other, facts });
    }
  }
  return found;
}

/** The first port of an operation that the end could be connected with; a required one before an optional one. */
export function fittingPort(
  facts: Port | undefined,
  ports: { inputs: readonly Port[]; outputs: readonly Port[] },
  side: End["side"],
): Port | null {
  const others = side === "output" ? ports.inputs : ports.outputs;
  const fitting = others.filter((other) => {
    if (!other.known) return false;
    const [output, input] = side === "output" ? [facts, other] : [other, facts];
    return canMeet(output?.annotation ?? null, input?.annotation ?? null);
  });
  const sameFamily = fitting.filter((other) => facts && other.family === facts.family);
  const best = sameFamily.length > 0 ? sameFamily : fitting;
  return (
    best.find((other) => other.name === facts?.name) ??
    best.find((other) => other.required) ??
    best[0] ??
    null
  );
}

/** The facts of the port at an end. */
export function portOf(graph: Graph, operations: Operations, end: End): Port | undefined {
  const node = graph.nodes.get(end.node);
  if (!node) return undefined;
  const ports = portsOf(node, operations, end.side === "output" ? [end.port || null] : []);
  return (end.side === "input" ? ports.inputs : ports.outputs).find((port) => port.name === end.port);
}

/** What an input takes now, said as in the file: `digits.train_images`. */
export function producer(graph: Graph, operations: Operations, node: NodeId, input: string): string | null {
  const source = graph.nodes.get(node)?.inputs[input];
  if (!source) return null;
  if (!isSource(source)) return source.text;
  const from = graph.nodes.get(source.node);
  const output = outputOf(source, from, operations);
  return `${from?.name ?? source.node}${output ? `.${output}` : ""}`;
}

function withArticle(annotation: string | null): string {
  return annotation === null ? "that" : `${/^[aeiou]/i.test(annotation) ? "an" : "a"} ${annotation}`;
}
