/** Where everything of a graph lies that is looked at: nodes with their ports, and the curves between them. */
import { COLOURS } from "@/graph/family";
import { around, type Box, boxesOf, portTop, takenOutputs } from "@/graph/geometry";
import { type Edge, edgesOf, type Graph, inOrder } from "@/graph/model";
import { type Operations, outputOf, portsOf } from "@/graph/operation";
import { edgePath } from "@/graph/path";

const MARGIN = 28;
const LEAST = { width: 620, height: 260 };

export interface DrawnWire {
  edge: Edge;
  path: string;
  colour: string;
}

export function draw(graph: Graph, operations: Operations) {
  const boxes = boxesOf(graph, operations);
  const taken = takenOutputs(graph);
  const nodes = inOrder(graph).map((node) => ({
    node,
    box: boxes.get(node.id) as Box,
    ports: portsOf(node, operations, taken.get(node.id)),
  }));
  const byId = new Map(nodes.map((one) => [one.node.id, one]));
  const wires = edgesOf(graph).flatMap((edge): DrawnWire[] => {
    const [from, to] = [byId.get(edge.source), byId.get(edge.target)];
    if (!from || !to) return [];
    const output =
      outputOf({ node: edge.source, output: edge.output }, from.node, operations) ??
      from.ports.outputs[0]?.name ??
      "";
    const family = from.ports.outputs.find((port) => port.name === output)?.family ?? "any";
    const path = edgePath(
      [from.box.x + from.box.width, from.box.y + portTop(from.ports, "output", output)],
      [to.box.x, to.box.y + portTop(to.ports, "input", edge.input)],
    );
    return [{ edge, path, colour: COLOURS[family] }];
  });
  const all = around(boxes.values()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const width = Math.max(all.width + 2 * MARGIN, LEAST.width);
  const height = Math.max(all.height + 2 * MARGIN, LEAST.height);
  const [x, y] = [all.x - (width - all.width) / 2, all.y - (height - all.height) / 2];
  return { nodes, boxes, wires, width, height, view: `${x} ${y} ${width} ${height}` };
}
