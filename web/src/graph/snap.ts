/** Where what is dragged settles: in line with its neighbours, or at the same distance as they have. */

import type { Box } from "./geometry";

/** A line through what stands in line; `at` is its x when vertical, its y when horizontal. */
export interface Guide {
  readonly axis: "vertical" | "horizontal";
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** One of several equal distances, as a piece of line across the gap. */
export interface Gap {
  readonly axis: "vertical" | "horizontal";
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Snap {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
  readonly gaps: readonly Gap[];
}

export const UNSNAPPED: Snap = { dx: 0, dy: 0, guides: [], gaps: [] };

/** How far the moving box has to go to settle, at most `tolerance` on each axis; lines come before distances. */
export function snap(moving: Box, others: readonly Box[], tolerance: number): Snap {
  const alongX = axisSnap(
    span(moving, "x"),
    others.map((other) => span(other, "x")),
    tolerance,
  );
  const alongY = axisSnap(
    span(moving, "y"),
    others.map((other) => span(other, "y")),
    tolerance,
  );
  const dx = alongX ?? equalGap(moving, others, "x", tolerance) ?? 0;
  const dy = alongY ?? equalGap(moving, others, "y", tolerance) ?? 0;
  if (alongX === null && alongY === null && dx === 0 && dy === 0 && others.length === 0) return UNSNAPPED;
  const settled: Box = { ...moving, x: moving.x + dx, y: moving.y + dy };
  return {
    dx,
    dy,
    guides: [
      ...(alongX === null ? [] : guides(settled, others, "x")),
      ...(alongY === null ? [] : guides(settled, others, "y")),
    ],
    gaps: [...gaps(settled, others, "x"), ...gaps(settled, others, "y")],
  };
}

type Axis = "x" | "y";
type Span = readonly [start: number, middle: number, end: number];

function span(box: Box, axis: Axis): Span {
  const [start, length] = axis === "x" ? [box.x, box.width] : [box.y, box.height];
  return [start, start + length / 2, start + length];
}

/** The least step that brings a beginning, middle or end in line with the same of another. */
function axisSnap(moving: Span, others: readonly Span[], tolerance: number): number | null {
  let best: number | null = null;
  for (const other of others) {
    for (let edge = 0; edge < 3; edge++) {
      const step = (other[edge] as number) - (moving[edge] as number);
      if (Math.abs(step) <= tolerance && (best === null || Math.abs(step) < Math.abs(best))) best = step;
    }
  }
  return best;
}

function guides(settled: Box, others: readonly Box[], axis: Axis): Guide[] {
  const across: Axis = axis === "x" ? "y" : "x";
  const own = span(settled, axis);
  const found: Guide[] = [];
  for (let edge = 0; edge < 3; edge++) {
    const at = own[edge] as number;
    const inLine = others.filter((other) => Math.abs((span(other, axis)[edge] as number) - at) < 0.5);
    if (inLine.length === 0) continue;
    const ends = [settled, ...inLine].map((box) => span(box, across));
    const from = Math.min(...ends.map((end) => end[0]));
    const to = Math.max(...ends.map((end) => end[2]));
    found.push({ axis: axis === "x" ? "vertical" : "horizontal", at, from, to });
  }
  return found;
}

/** The neighbours on an axis, in order: those that overlap the box on the other axis. */
function row(box: Box, others: readonly Box[], axis: Axis): Span[] {
  const across: Axis = axis === "x" ? "y" : "x";
  const own = span(box, across);
  return others
    .filter((other) => {
      const theirs = span(other, across);
      return theirs[0] < own[2] && own[0] < theirs[2];
    })
    .map((other) => span(other, axis))
    .sort((one, other) => one[0] - other[0]);
}

/** The step after which the gap to the next neighbour equals the gap behind that one, or both sides are equal. */
function equalGap(moving: Box, others: readonly Box[], axis: Axis, tolerance: number): number | null {
  const own = span(moving, axis);
  const neighbours = row(moving, others, axis);
  const before = neighbours.filter((one) => one[2] <= own[0] + tolerance).slice(-2);
  const after = neighbours.filter((one) => one[0] >= own[2] - tolerance).slice(0, 2);
  const steps: number[] = [];
  const [far, near] = before.length === 2 ? before : [undefined, before[0]];
  const [next, last] = after;
  if (far && near) steps.push(near[2] + (near[0] - far[2]) - own[0]);
  if (next && last) steps.push(next[0] - (last[0] - next[2]) - own[2]);
  if (near && next) steps.push((near[2] + next[0]) / 2 - own[1]);
  const close = steps.filter((step) => Math.abs(step) <= tolerance);
  close.sort((one, other) => Math.abs(one) - Math.abs(other));
  return close[0] ?? null;
}

function gaps(settled: Box, others: readonly Box[], axis: Axis): Gap[] {
  const own = span(settled, axis);
  const line = [...row(settled, others, axis), own].sort((one, other) => one[0] - other[0]);
  const at = line.indexOf(own);
  const across = span(settled, axis === "x" ? "y" : "x")[1];
  const pieces = line.slice(1).map((one, index): [number, number] => [(line[index] as Span)[2], one[0]]);
  const length = (index: number) => {
    const piece = pieces[index];
    return piece && piece[1] > piece[0] ? piece[1] - piece[0] : null;
  };
  const same = (one: number, other: number) => {
    const [first, second] = [length(one), length(other)];
    return first !== null && second !== null && Math.abs(first - second) < 0.5;
  };
  const shown = new Set<number>();
  for (const [one, other] of [
    [at - 2, at - 1],
    [at, at + 1],
    [at - 1, at],
  ] as const)
    if (same(one, other)) shown.add(one).add(other);
  return [...shown].map((index) => {
    const [from, to] = pieces[index] as [number, number];
    return { axis: axis === "x" ? "horizontal" : "vertical", at: across, from, to };
  });
}
