/** Changes of a graph as values: what a gesture means, before it is written into the live document. */

import type { Graph, GraphNode, Loose, NodeId, Note, Source } from "./model";

/** What may be set on a node; undefined takes it away. */
export type NodeFields = Partial<
  Pick<GraphNode, "name" | "operation" | "at" | "cache" | "bypass" | "mute" | "pin" | "order">
>;

export type Change =
  | { readonly do: "add"; readonly node: GraphNode }
  | { readonly do: "remove"; readonly node: NodeId }
  | { readonly do: "set"; readonly node: NodeId; readonly fields: NodeFields }
  | { readonly do: "connect"; readonly node: NodeId; readonly input: string; readonly source: Source | Loose }
  | { readonly do: "disconnect"; readonly node: NodeId; readonly input: string }
  | { readonly do: "attribute"; readonly node: NodeId; readonly name: string; readonly value: unknown }
  | {
      readonly do: "reference";
      readonly node: NodeId;
      readonly name: string;
      readonly value: string | undefined;
    }
  | { readonly do: "resource"; readonly node: NodeId; readonly name: string; readonly value: unknown }
  | {
      readonly do: "through";
      readonly node: NodeId;
      readonly output: string;
      readonly input: string | null | undefined;
    }
  | { readonly do: "add note"; readonly note: Note }
  | { readonly do: "remove note"; readonly note: string }
  | { readonly do: "set note"; readonly note: string; readonly fields: Partial<Omit<Note, "id">> };

/** The graph after the changes. What they name and is not there is left aside: somebody else took it away. */
export function applied(graph: Graph, changes: Iterable<Change>): Graph {
  const nodes = new Map(graph.nodes);
  const notes = new Map(graph.notes);
  for (const change of changes) {
    if (change.do === "add") nodes.set(change.node.id, change.node);
    else if (change.do === "add note") notes.set(change.note.id, change.note);
    else if (change.do === "remove") nodes.delete(change.node);
    else if (change.do === "remove note") notes.delete(change.note);
    else if (change.do === "set note") {
      const note = notes.get(change.note);
      if (note) notes.set(note.id, { ...note, ...change.fields });
    } else {
      const node = nodes.get(change.node);
      if (node) nodes.set(node.id, changed(node, change));
    }
  }
  return { nodes, notes };
}

type NodeChange = Extract<
  Change,
  { do: "set" | "connect" | "disconnect" | "attribute" | "reference" | "resource" | "through" }
>;

function changed(node: GraphNode, change: NodeChange): GraphNode {
  switch (change.do) {
    case "set":
      return without({ ...node, ...change.fields }) as unknown as GraphNode;
    case "connect":
      return { ...node, inputs: { ...node.inputs, [change.input]: change.source } };
    case "disconnect":
      return {
        ...node,
        inputs: without({ ...node.inputs, [change.input]: undefined }) as GraphNode["inputs"],
      };
    case "attribute":
      return { ...node, attributes: without({ ...node.attributes, [change.name]: change.value }) };
    case "resource":
      return { ...node, resources: without({ ...node.resources, [change.name]: change.value }) };
    case "through":
      return {
        ...node,
        through: without({ ...node.through, [change.output]: change.input }) as Record<string, string | null>,
      };
    case "reference":
      return {
        ...node,
        references: without({ ...node.references, [change.name]: change.value }) as Record<string, string>,
      };
  }
}

/** Without what is undefined. */
function without(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
