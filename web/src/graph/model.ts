/** A pipeline as a graph: nodes that run operations, and which output each of their inputs takes. */

export type NodeId = string;
export type Point = readonly [x: number, y: number];
export type Size = readonly [width: number, height: number];

/** An output of a node; null: the only one that its operation has. */
export interface Source {
  readonly node: NodeId;
  readonly output: string | null;
}

/** What a file says of an input when that names no node of the pipeline. */
export interface Loose {
  readonly text: string;
}

export interface GraphNode {
  readonly id: NodeId;
  readonly name: string;
  readonly operation: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, Source | Loose>>;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly cache?: boolean;
  readonly at?: Point;
  readonly bypass?: boolean;
  /** Which input an output gives while the node is bypassed, where the person chose; null: nothing. */
  readonly through?: Readonly<Record<string, string | null>>;
  readonly mute?: boolean;
  readonly pin?: boolean;
  /** Its place in the file, as a fractional index. */
  readonly order: string;
}

/** A sticky note: Markdown, where it lies and how large it is. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly at: Point;
  readonly size: Size;
}

export interface Graph {
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
  readonly notes: ReadonlyMap<string, Note>;
}

export const EMPTY: Graph = { nodes: new Map(), notes: new Map() };

/** One connection. An input takes one output, so the target's port names it. */
export interface Edge {
  readonly id: string;
  readonly source: NodeId;
  readonly output: string | null;
  readonly target: NodeId;
  readonly input: string;
}

export function isSource(input: Source | Loose): input is Source {
  return "node" in input;
}

function edgeId(target: NodeId, input: string): string {
  return `${target}:${input}`;
}

/** The nodes in the order of the file. */
export function inOrder(graph: Graph): GraphNode[] {
  return [...graph.nodes.values()].sort((one, other) =>
    one.order === other.order ? compare(one.id, other.id) : compare(one.order, other.order),
  );
}

/** All connections between nodes that are there, node by node in the order of the file. */
export function edgesOf(graph: Graph): Edge[] {
  const found: Edge[] = [];
  for (const node of inOrder(graph)) {
    for (const [input, source] of Object.entries(node.inputs)) {
      if (isSource(source) && graph.nodes.has(source.node))
        found.push({
          id: edgeId(node.id, input),
          source: source.node,
          output: source.output,
          target: node.id,
          input,
        });
    }
  }
  return found;
}

/** The inputs whose source is gone or never was: they stay in the file and are shown at their port. */
export function danglingInputs(node: GraphNode, nodes: Graph["nodes"]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [input, source] of Object.entries(node.inputs)) {
    if (!isSource(source)) found.set(input, source.text);
    else if (!nodes.has(source.node))
      found.set(input, source.output ? `${source.node}.${source.output}` : source.node);
  }
  return found;
}

/** A graph of nodes and notes, by their ids. */
export function graphOf(nodes: Iterable<GraphNode>, notes: Iterable<Note> = []): Graph {
  return {
    nodes: new Map([...nodes].map((node) => [node.id, node])),
    notes: new Map([...notes].map((note) => [note.id, note])),
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
