/** The paths of a tiny line. */
import type { Value } from "./curve";

export interface SparkPaths {
  line: string;
  area: string;
}

const EDGE = 1.5;

/** A line through the values, broken where there is none, and the area below its first piece to its last. */
export function sparkPaths(
  x: readonly number[],
  values: readonly Value[],
  width: number,
  height: number,
): SparkPaths {
  const numbers = values.filter((value): value is number => value !== null);
  if (numbers.length === 0) return { line: "", area: "" };
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  const first = Math.min(...x);
  const wide = Math.max(...x) - first;
  const across = (at: number) =>
    round(wide > 0 ? EDGE + ((x[at]! - first) / wide) * (width - 2 * EDGE) : width / 2);
  const down = (value: number) =>
    round(
      most > least ? height - EDGE - ((value - least) / (most - least)) * (height - 2 * EDGE) : height / 2,
    );
  let line = "";
  let up = true;
  const drawn: number[] = [];
  values.forEach((value, at) => {
    if (value === null) {
      up = true;
      return;
    }
    line += `${up ? "M" : "L"}${across(at)} ${down(value)}`;
    up = false;
    drawn.push(at);
  });
  if (drawn.length === 1) return { line: `${line}h.01`, area: "" };
  const points = drawn.map((at) => `${across(at)} ${down(values[at]!)}`).join("L");
  return { line, area: `M${across(drawn[0]!)} ${height}L${points}L${across(drawn.at(-1)!)} ${height}Z` };
}

const round = (number: number): number => Math.round(number * 10) / 10;
