/** Finding in a pipeline: names, operations, attributes, references, notes, and the code of its operations. */

import { flowOrder } from "./cycle";
import type { Graph, GraphNode } from "./model";
import type { Operations } from "./operation";

export interface Hit {
  /** The id of the node or note. */
  readonly id: string;
  readonly where: "name" | "operation" | "attribute" | "reference" | "input" | "code" | "note";
  /** What was found, with what stands around it. */
  readonly text: string;
  /** In code. */
  readonly line?: number;
}

/** Every hit, node by node as the data flows, notes last. `code` has the source of operations by their file. */
export function find(
  graph: Graph,
  operations: Operations,
  code: ReadonlyMap<string, string>,
  query: string,
): Hit[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const found: Hit[] = [];
  for (const id of flowOrder(graph)) {
    const node = graph.nodes.get(id) as GraphNode;
    for (const [where, text] of texts(node))
      if (text.toLowerCase().includes(wanted)) found.push({ id, where, text });
    const file = operations.get(node.operation)?.file;
    const source = file ? code.get(file) : undefined;
    source?.split("\n").forEach((line, index) => {
      if (line.toLowerCase().includes(wanted))
        found.push({ id, where: "code", text: line.trim(), line: index + 1 });
    });
  }
  for (const note of graph.notes.values())
    if (note.text.toLowerCase().includes(wanted)) found.push({ id: note.id, where: "note", text: note.text });
  return found;
}

function texts(node: GraphNode): [Hit["where"], string][] {
  return [
    ["name", node.name],
    ["operation", node.operation],
    ...Object.entries(node.attributes).map(([name, value]): [Hit["where"], string] => [
      "attribute",
      `${name} = ${shown(value)}`,
    ]),
    ...Object.entries(node.references).map(([name, value]): [Hit["where"], string] => [
      "reference",
      `${name} = ${value}`,
    ]),
    ...Object.keys(node.inputs).map((name): [Hit["where"], string] => ["input", name]),
  ];
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? Number(one) : one));
}
