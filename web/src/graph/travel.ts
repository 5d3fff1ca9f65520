/** Which node comes next when one goes through a graph by keys: along connections first, else to what lies there. */

import { type Box, centre } from "./geometry";
import { type Edge, edgesOf, type Graph, type NodeId } from "./model";

export type Direction = "left" | "right" | "up" | "down";

/**
 * The node one comes to from another: right along what it gives, left to what it takes, up and down to those beside
 * it; where no connection leads, the nearest that lies in that direction. Null at the edge of the graph.
 */
export function neighbour(
  graph: Graph,
  boxes: ReadonlyMap<NodeId, Box>,
  from: NodeId,
  direction: Direction,
): NodeId | null {
  const box = boxes.get(from);
  if (!box) return null;
  const edges = edgesOf(graph);
  if (direction === "right" || direction === "left") {
    const connected = beyond(edges, from, direction);
    return nearest(box, connected, boxes) ?? nearest(box, lying(box, boxes, from, direction), boxes);
  }
  const siblings = new Set(beside(edges, from));
  const there = lying(box, boxes, from, direction);
  return (
    nearest(
      box,
      there.filter((id) => siblings.has(id)),
      boxes,
    ) ?? nearest(box, there, boxes)
  );
}

function beyond(edges: readonly Edge[], from: NodeId, direction: "left" | "right"): NodeId[] {
  const found = edges.flatMap((edge) => {
    if (direction === "right") return edge.source === from ? [edge.target] : [];
    return edge.target === from ? [edge.source] : [];
  });
  return [...new Set(found)];
}

/** Those that take from the same nodes, or give to the same. */
function beside(edges: readonly Edge[], from: NodeId): NodeId[] {
  const before = new Set(beyond(edges, from, "left"));
  const behind = new Set(beyond(edges, from, "right"));
  return edges.flatMap((edge) => {
    if (before.has(edge.source)) return [edge.target];
    return behind.has(edge.target) ? [edge.source] : [];
  });
}

/** The nodes in a sector of 90 degrees towards the direction. */
function lying(box: Box, boxes: ReadonlyMap<NodeId, Box>, from: NodeId, direction: Direction): NodeId[] {
  const [x, y] = centre(box);
  return [...boxes].flatMap(([id, other]) => {
    if (id === from) return [];
    const [dx, dy] = [centre(other)[0] - x, centre(other)[1] - y];
    const there = { right: dx, left: -dx, down: dy, up: -dy }[direction];
    const aside = direction === "left" || direction === "right" ? Math.abs(dy) : Math.abs(dx);
    return there > 0 && there >= aside ? [id] : [];
  });
}

function nearest(box: Box, ids: readonly NodeId[], boxes: ReadonlyMap<NodeId, Box>): NodeId | null {
  const [x, y] = centre(box);
  let best: { id: NodeId; distance: number } | null = null;
  for (const id of ids) {
    const other = boxes.get(id);
    if (!other) continue;
    const distance = Math.hypot(centre(other)[0] - x, centre(other)[1] - y);
    if (!best || distance < best.distance) best = { id, distance };
  }
  return best?.id ?? null;
}
