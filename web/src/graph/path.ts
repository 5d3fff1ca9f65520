/** The curve of a connection, as an SVG path: out to the right, in from the left, and around when it leads back. */

import type { Box } from "./geometry";
import type { Point } from "./model";

const BEND = 6.25;

/** From an output (leaving to the right) to an input (entering from the left). */
export function edgePath([fromX, fromY]: Point, [toX, toY]: Point): string {
  const bend = reach(toX - fromX);
  return `M${round(fromX)},${round(fromY)} C${round(fromX + bend)},${round(fromY)} ${round(toX - bend)},${round(toY)} ${round(toX)},${round(toY)}`;
}

/** Whether the curve goes through a box. */
export function edgeCrosses(from: Point, to: Point, box: Box): boolean {
  if (!comesNear(from, to, box)) return false;
  for (let piece = 0; piece <= 24; piece++) {
    const [x, y] = along(from, to, piece / 24);
    if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return true;
  }
  return false;
}

/** Whether the box lies where the curve can be: it never leaves what its ends and its bends span. */
function comesNear([fromX, fromY]: Point, [toX, toY]: Point, box: Box): boolean {
  const bend = reach(toX - fromX);
  return (
    box.y <= Math.max(fromY, toY) &&
    box.y + box.height >= Math.min(fromY, toY) &&
    box.x <= Math.max(fromX + bend, toX) &&
    box.x + box.width >= Math.min(fromX, toX - bend)
  );
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

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
