/** How large a node is drawn and where its ports lie, known without drawing it. Lengths are pixels at 100 %. */

import { type Graph, type GraphNode, inOrder, isSource, type NodeId, type Point } from "./model";
import { type Operations, type Ports, portsOf } from "./operation";

export const GRID = 20;
export const NODE_WIDTH = 208;
export const HEADER_HEIGHT = 49;
export const PORT_HEIGHT = 22;
export const PORTS_PADDING = 6;
const FOOT_HEIGHT = 30;

export interface Corner {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Corner {
  readonly width: number;
  readonly height: number;
}

/** Where a node lies: its own place, else where it was put because it has none. */
export function placeOf({ id, at }: Pick<GraphNode, "id" | "at">, drawn: ReadonlyMap<NodeId, Corner>): Point {
  const corner = drawn.get(id);
  return at ?? (corner ? [corner.x, corner.y] : [0, 0]);
}

/** The height of a node with these ports: header, a row a port, foot. */
export function nodeHeight(ports: Ports): number {
  const rows = ports.inputs.length + ports.outputs.length;
  return HEADER_HEIGHT + (rows === 0 ? 0 : rows * PORT_HEIGHT + 2 * PORTS_PADDING) + FOOT_HEIGHT;
}

/** How far below the node's top the middle of a port lies: inputs first, outputs under them. */
export function portTop(ports: Ports, side: "input" | "output", name: string): number {
  const list = side === "input" ? ports.inputs : ports.outputs;
  const index = Math.max(
    0,
    list.findIndex((port) => port.name === name),
  );
  const row = side === "input" ? index : ports.inputs.length + index;
  return HEADER_HEIGHT + PORTS_PADDING + (row + 0.5) * PORT_HEIGHT;
}

/** The outputs of each node that others take from it, for `portsOf`. */
export function takenOutputs(graph: Graph): Map<NodeId, Set<string | null>> {
  const found = new Map<NodeId, Set<string | null>>();
  for (const node of graph.nodes.values()) {
    for (const source of Object.values(node.inputs)) {
      if (!isSource(source)) continue;
      const outputs = found.get(source.node);
      if (outputs) outputs.add(source.output);
      else found.set(source.node, new Set([source.output]));
    }
  }
  return found;
}

/** The box of every node, those that lie nowhere yet put into columns by what they wait for. */
export function boxesOf(graph: Graph, operations: Operations): Map<NodeId, Box> {
  const taken = takenOutputs(graph);
  const heights = new Map(
    [...graph.nodes.values()].map((node) => [
      node.id,
      nodeHeight(portsOf(node, operations, taken.get(node.id))),
    ]),
  );
  const places = placesOf(graph, heights);
  return new Map(
    [...places].map(([id, [x, y]]) => [
      id,
      { x, y, width: NODE_WIDTH, height: heights.get(id) ?? HEADER_HEIGHT },
    ]),
  );
}

const COLUMN = NODE_WIDTH + 72;
const GAP = 40;

/** Where every node lies; those without a place come below all others, in columns by what they wait for. */
export function placesOf(graph: Graph, heights: ReadonlyMap<NodeId, number>): Map<NodeId, Point> {
  const nodes = inOrder(graph);
  const found = new Map<NodeId, Point>();
  for (const node of nodes) if (node.at) found.set(node.id, node.at);
  const homeless = nodes.filter((node) => !node.at);
  if (homeless.length === 0) return found;
  const corners = [...found];
  const left = Math.min(80, ...corners.map(([, at]) => at[0]));
  const top = Math.max(0, ...corners.map(([id, at]) => at[1] + (heights.get(id) ?? 0))) + GAP;
  const depth = depths(graph, homeless);
  const filled = new Map<number, number>();
  for (const node of homeless) {
    const column = depth.get(node.id) ?? 0;
    const y = filled.get(column) ?? top;
    found.set(node.id, [left + column * COLUMN, y]);
    filled.set(column, y + (heights.get(node.id) ?? 0) + GAP);
  }
  return found;
}

/** How many of these nodes stand before each, along the longest way; circles count once. */
function depths(graph: Graph, nodes: readonly GraphNode[]): Map<NodeId, number> {
  const among = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<NodeId, number>();
  const open = new Set<NodeId>();
  for (const start of nodes) {
    const waiting = [start.id];
    while (waiting.length > 0) {
      const id = waiting[waiting.length - 1] as NodeId;
      const node = among.get(id);
      if (!node || found.has(id)) {
        waiting.pop();
        continue;
      }
      const before = Object.values(node.inputs)
        .filter(isSource)
        .map((source) => source.node);
      const missing = open.has(id)
        ? []
        : before.filter((one) => among.has(one) && !found.has(one) && !open.has(one));
      open.add(id);
      if (missing.length > 0) waiting.push(...missing);
      else {
        waiting.pop();
        found.set(
          id,
          Math.max(-1, ...before.map((one) => (graph.nodes.has(one) ? (found.get(one) ?? -1) : -1))) + 1,
        );
      }
    }
  }
  return found;
}

/** The smallest box around all of these; null around nothing. */
export function around(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

export function overlap(one: Box, other: Box, gap = 0): boolean {
  return (
    one.x < other.x + other.width + gap &&
    other.x < one.x + one.width + gap &&
    one.y < other.y + other.height + gap &&
    other.y < one.y + one.height + gap
  );
}

/** How far the drawing is moved, in pixels of the window, and its zoom. */
export type View = readonly [x: number, y: number, zoom: number];

const READABLE = 0.6;
const BEGINNING = 60;

/** The view that begins with a box, in the upper left corner, with names that can be read. */
export function beginningAt({ x, y }: Corner): View {
  return [BEGINNING - x * READABLE, BEGINNING - y * READABLE, READABLE];
}

/** How many boxes a view shows on a canvas of this width and height. */
export function seenIn(boxes: Iterable<Box>, [x, y, zoom]: View, width: number, height: number): number {
  const window = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  let seen = 0;
  for (const box of boxes) if (overlap(box, window)) seen++;
  return seen;
}

/** The middle of a box. */
export function centre(box: Box): Point {
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** The nearest point of the grid. */
export function onGrid([x, y]: Point): Point {
  return [Math.round(x / GRID) * GRID, Math.round(y / GRID) * GRID];
}
