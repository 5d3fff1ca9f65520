/** The curve of a connection, as an SVG path: out to the right, in from the left, and around when it leads back. */

import type { Box } from "./geometry";
import type { Point } from "./model";

const BEND = 6.25;

/** From an output (leaving to the right) to an input (entering from the left). */
export function edgePath([fromX, fromY]: Point, [toX, toY]: Point): string {
  const bend = reach(toX - fromX);
  return `M${round(fromX)},${round(fromY)} C${round(fromX + bend)},${round(fromY)} ${round(toX - bend)},${round(toY)} ${round(toX)},${round(toY)}`;
}

/** The point in the middle of that curve. */
export function edgeMiddle([fromX, fromY]: Point, [toX, toY]: Point): Point {
  const bend = reach(toX - fromX);
  return [(fromX + 3 * (fromX + bend) + 3 * (toX - bend) + toX) / 8, (fromY + toY) / 2];
}

/** How near the curve comes to a point, in pixels; measured along 24 straight pieces of it. */
export function edgeDistance(from: Point, to: Point, [x, y]: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  let before = from;
  for (let piece = 1; piece <= 24; piece++) {
    const at = along(from, to, piece / 24);
    nearest = Math.min(nearest, distanceToLine(before, at, [x, y]));
    before = at;
  }
  return nearest;
}

/** Whether the curve goes through a box. */
export function edgeCrosses(from: Point, to: Point, box: Box): boolean {
  for (let piece = 0; piece <= 24; piece++) {
    const [x, y] = along(from, to, piece / 24);
    if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return true;
  }
  return false;
}

function along([fromX, fromY]: Point, [toX, toY]: Point, part: number): Point {
  const bend = reach(toX - fromX);
  const rest = 1 - part;
  const [a, b, c, d] = [rest ** 3, 3 * rest ** 2 * part, 3 * rest * part ** 2, part ** 3];
  return [a * fromX + b * (fromX + bend) + c * (toX - bend) + d * toX, (a + b) * fromY + (c + d) * toY];
}

function reach(distance: number): number {
  return distance >= 0 ? Math.max(distance / 2, 12) : Math.max(BEND * Math.sqrt(-distance), 12);
}

function distanceToLine([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
