/** Where the things of a lineage are drawn: in columns, each behind everything that led to it. */
import type { Lineage, LineageNode } from "../queries";

export interface Placed {
  node: LineageNode;
  x: number;
  y: number;
}

export interface Wire {
  id: string;
  from: Placed;
  to: Placed;
  label: string;
}

export const WIDTH = 176;
export const HEIGHT = 46;
const COLUMN = 236;
const ROW = 62;

export interface Layers {
  placed: Placed[];
  wires: Wire[];
  width: number;
  height: number;
}

/** Files are left out: they are told with the operation. */
export function layersOf(lineage: Lineage): Layers {
  const nodes = lineage.nodes.filter((node) => node.kind !== "file");
  const known = new Set(nodes.map((node) => node.id));
  const edges = lineage.edges.filter((edge) => known.has(edge.source) && known.has(edge.target));
  const before = new Map<string, string[]>();
  for (const edge of edges) before.set(edge.target, [...(before.get(edge.target) ?? []), edge.source]);
  const column = new Map<string, number>();
  const visit = (id: string, path: ReadonlySet<string>): number => {
    const found = column.get(id);
    if (found !== undefined || path.has(id)) return found ?? 0;
    const deeper = new Set(path).add(id);
    const place = 1 + Math.max(-1, ...(before.get(id) ?? []).map((source) => visit(source, deeper)));
    column.set(id, place);
    return place;
  };
  for (const node of nodes) visit(node.id, new Set());
  const rows = new Map<number, number>();
  const placed = nodes
    .toSorted((one, other) => (column.get(one.id) ?? 0) - (column.get(other.id) ?? 0))
    .map((node) => {
      const at = column.get(node.id) ?? 0;
      const row = rows.get(at) ?? 0;
      rows.set(at, row + 1);
      return { node, x: at * COLUMN, y: row * ROW };
    });
  const tallest = Math.max(1, ...rows.values());
  const centred = placed.map((one) => {
    const many = rows.get(one.x / COLUMN) ?? 1;
    return { ...one, y: one.y + ((tallest - many) * ROW) / 2 };
  });
  const byId = new Map(centred.map((one) => [one.node.id, one]));
  const wires = edges.map(({ source, target, label }) => ({
    id: `${source} ${target} ${label}`,
    from: byId.get(source)!,
    to: byId.get(target)!,
    label,
  }));
  const columns = 1 + Math.max(0, ...column.values());
  return {
    placed: centred,
    wires,
    width: (columns - 1) * COLUMN + WIDTH,
    height: (tallest - 1) * ROW + HEIGHT,
  };
}
