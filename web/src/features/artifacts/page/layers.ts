/** Where the things of a lineage are drawn: in columns, each behind everything that led to it. */
import type { Lineage, LineageNode } from "../queries";

export interface Placed {
  node: LineageNode;
  x: number;
  y: number;
}

export interface Wire {
  id: string;
  label: string;
  /** The left upper corners of the two things, and between them those of the gaps that it passes through. */
  stops: readonly { x: number; y: number }[];
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
  const column = columnsOf(nodes, edges);
  const columns = Array.from({ length: 1 + Math.max(0, ...column.values()) }, (): string[] => []);
  const before = new Map<string, string[]>();
  for (const { id } of nodes) columns[column.get(id) ?? 0]!.push(id);
  // A connection that passes a column gets a place there, so that no thing lies on it.
  const ways = edges.map(({ source, target, label }) => {
    const id = `${source} ${target} ${label}`;
    const [from, to] = [column.get(source) ?? 0, column.get(target) ?? 0];
    const gaps = Array.from({ length: Math.max(0, to - from - 1) }, (_, step) => `${id} ${step}`);
    for (const [step, gap] of gaps.entries()) columns[from + 1 + step]!.push(gap);
    const stops = [source, ...gaps, target];
    for (const [place, stop] of stops.slice(1).entries())
      before.set(stop, [...(before.get(stop) ?? []), stops[place]!]);
    return { id, label, stops };
  });
  const tallest = Math.max(1, ...columns.map((ids) => ids.length));
  const corners = new Map<string, { x: number; y: number }>();
  for (const [at, ids] of columns.entries()) {
    const top = ((tallest - ids.length) * ROW) / 2;
    const wish = (id: string): number => {
      const sources = (before.get(id) ?? []).flatMap((source) => corners.get(source)?.y ?? []);
      return sources.length === 0 ? 0 : sources.reduce((sum, y) => sum + y, 0) / sources.length;
    };
    const sorted = ids.toSorted((one, other) => wish(one) - wish(other));
    for (const [row, id] of sorted.entries()) corners.set(id, { x: at * COLUMN, y: top + row * ROW });
  }
  return {
    placed: nodes
      .map((node) => ({ node, ...corners.get(node.id)! }))
      .sort((one, other) => one.x - other.x || one.y - other.y),
    wires: ways.map(({ id, label, stops }) => ({
      id,
      label,
      stops: stops.map((stop) => corners.get(stop)!),
    })),
    width: Math.max(0, columns.length - 1) * COLUMN + WIDTH,
    height: (tallest - 1) * ROW + HEIGHT,
  };
}

/** The column of each thing: one behind the last of those that led to it. */
function columnsOf(nodes: readonly LineageNode[], edges: Lineage["edges"]): Map<string, number> {
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
  return column;
}

/** A wire as the path of an SVG: level through gaps, bent between columns. */
export function pathOf({ stops }: Wire): string {
  const parts: string[] = [];
  for (const [place, to] of stops.entries()) {
    const y2 = to.y + HEIGHT / 2;
    const from = stops[place - 1];
    if (!from) continue;
    const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
    const bend = Math.max(24, (to.x - x1) / 2);
    parts.push(place === 1 ? `M ${x1} ${y1}` : `H ${x1}`);
    parts.push(`C ${x1 + bend} ${y1}, ${to.x - bend} ${y2}, ${to.x} ${y2}`);
  }
  return parts.join(" ");
}
