/** Tidying: what ELK is asked, and where the nodes go by its answer. Data flows from left to right. */

import { around, type Box, boxesOf, onGrid, overlap, portTop, takenOutputs } from "./geometry";
import { edgesOf, type Graph, inOrder, type NodeId, type Point } from "./model";
import { type Operations, outputOf, portsOf } from "./operation";

/** The part of ELK's JSON that is used here. */
export interface ElkGraph {
  id: string;
  layoutOptions: Record<string, string>;
  children: ElkChild[];
  edges: { id: string; sources: string[]; targets: string[] }[];
}

interface ElkChild {
  id: string;
  width: number;
  height: number;
  x?: number;
  y?: number;
  layoutOptions?: Record<string, string>;
  ports?: { id: string; x: number; y: number; width: number; height: number }[];
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.spacing.nodeNode": "24",
  "elk.spacing.edgeNode": "24",
  "elk.layered.spacing.nodeNodeBetweenLayers": "72",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.separateConnectedComponents": "true",
  "elk.spacing.componentComponent": "60",
};

/** Room below a node for the curve that a run draws into it. */
const CURVE = 44;

/** The nodes of these ids, with their ports where they are drawn and the connections among them. */
export function elkGraph(graph: Graph, operations: Operations, ids: ReadonlySet<NodeId>): ElkGraph {
  const boxes = boxesOf(graph, operations);
  const taken = takenOutputs(graph);
  const children = inOrder(graph)
    .filter((node) => ids.has(node.id))
    .map((node): ElkChild => {
      const { width, height } = boxes.get(node.id) as Box;
      const ports = portsOf(node, operations, taken.get(node.id));
      const small = { width: 0, height: 0 };
      return {
        id: node.id,
        width,
        height: height + CURVE,
        layoutOptions: { "elk.portConstraints": "FIXED_POS" },
        ports: [
          ...ports.inputs.map((port) => ({
            id: portId(node.id, "in", port.name),
            x: 0,
            y: portTop(ports, "input", port.name),
            ...small,
          })),
          ...ports.outputs.map((port) => ({
            id: portId(node.id, "out", port.name),
            x: width,
            y: portTop(ports, "output", port.name),
            ...small,
          })),
        ],
      };
    });
  const edges = edgesOf(graph)
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target) && edge.source !== edge.target)
    .map((edge) => {
      const source = graph.nodes.get(edge.source);
      const output = outputOf({ node: edge.source, output: edge.output }, source, operations);
      const ports = source && portsOf(source, operations, taken.get(edge.source));
      const from = output ?? ports?.outputs[0]?.name;
      return {
        id: edge.id,
        sources: [from === undefined ? edge.source : portId(edge.source, "out", from)],
        targets: [portId(edge.target, "in", edge.input)],
      };
    });
  return { id: "root", layoutOptions: OPTIONS, children, edges };
}

/**
 * Where the nodes go: the answer moved to where they were (or to where their pinned nodes are), on the grid, pinned
 * nodes left where they are and the others kept off them.
 */
export function tidied(
  graph: Graph,
  operations: Operations,
  answer: Pick<ElkGraph, "children">,
): Map<NodeId, Point> {
  const boxes = boxesOf(graph, operations);
  const placed = answer.children.flatMap((child) => {
    const before = boxes.get(child.id);
    return before && child.x !== undefined && child.y !== undefined
      ? [{ id: child.id, before, x: child.x, y: child.y, pinned: graph.nodes.get(child.id)?.pin === true }]
      : [];
  });
  const anchors = placed.some((one) => one.pinned) ? placed.filter((one) => one.pinned) : placed;
  const before = around(anchors.map((one) => one.before));
  const after = around(anchors.map((one) => ({ ...one.before, x: one.x, y: one.y })));
  if (!before || !after) return new Map();
  const [dx, dy] = onGrid([before.x - after.x, before.y - after.y]);
  const fixed = placed.filter((one) => one.pinned).map((one) => one.before);
  const found = new Map<NodeId, Point>();
  for (const one of placed) {
    if (one.pinned) continue;
    let [x, y] = onGrid([one.x + dx, one.y + dy]);
    for (let blocker = hit(); blocker; blocker = hit()) y = onGrid([0, blocker.y + blocker.height + 40])[1];
    found.set(one.id, [x, y]);
    if (fixed.length > 0) fixed.push({ ...one.before, x, y });
    function hit(): Box | undefined {
      return fixed.find((box) => overlap({ ...one.before, x, y }, box, 10));
    }
  }
  return found;
}

function portId(node: NodeId, side: "in" | "out", name: string): string {
  return `${node}/${side}/${name}`;
}
