/** What is copied, as text: it goes by the system's clipboard between tabs, projects and servers. */

import { type Corner, placeOf } from "./geometry";
import {
  type Graph,
  type GraphNode,
  isSource,
  type Loose,
  type NodeId,
  type Note,
  type Point,
} from "./model";

export const KIND = "graph";
export const VERSION = 1;

/** A source inside what is copied is a number of its list; one outside is the name it had where it was copied. */
export type CopiedSource =
  | { node: number; output: string | null }
  | { outside: string; output: string | null }
  | Loose;

export interface CopiedNode
  extends Pick<
    GraphNode,
    | "name"
    | "operation"
    | "attributes"
    | "references"
    | "resources"
    | "cache"
    | "bypass"
    | "through"
    | "mute"
    | "pin"
  > {
  readonly inputs: Record<string, CopiedSource>;
  readonly at: Point;
}

export interface Fragment {
  readonly deepforge: typeof KIND;
  readonly version: number;
  readonly nodes: readonly CopiedNode[];
  readonly notes: readonly Omit<Note, "id">[];
}

/** The nodes and notes of these ids, as text for the clipboard. `drawn` says where nodes are that have no place. */
export function copied(
  graph: Graph,
  ids: ReadonlySet<string>,
  drawn: ReadonlyMap<NodeId, Corner> = new Map(),
): string {
  const nodes = [...graph.nodes.values()].filter((node) => ids.has(node.id));
  const index = new Map(nodes.map((node, at) => [node.id, at]));
  const fragment: Fragment = {
    deepforge: KIND,
    version: VERSION,
    nodes: nodes.map(({ id, order: _order, inputs, at, ...rest }) => ({
      ...rest,
      at: placeOf({ id, at }, drawn),
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([port, source]): [string, CopiedSource] => {
          if (!isSource(source)) return [port, source];
          const inside = index.get(source.node);
          if (inside !== undefined) return [port, { node: inside, output: source.output }];
          return [
            port,
            { outside: graph.nodes.get(source.node)?.name ?? source.node, output: source.output },
          ];
        }),
      ),
    })),
    notes: [...graph.notes.values()].filter((note) => ids.has(note.id)).map(({ id: _id, ...rest }) => rest),
  };
  return JSON.stringify(fragment, writeBig, 2);
}

/** Whole numbers beyond 2⁵³, which JSON in a browser would round. */
function writeBig(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? { bigint: String(value) } : value;
}
