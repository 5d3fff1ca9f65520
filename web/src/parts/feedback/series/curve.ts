/** One line of a chart: its points as far as they are drawn, never more than the chart is wide some times over. */
import { shortNumber } from "../numbers";
import type { SeriesLine, SeriesPoints } from "./batch";

export type Value = number | null;

export interface Columns {
  x: number[];
  time: number[];
  min: Value[];
  max: Value[];
  mean: Value[];
}

export type OddWord = "NaN" | "inf" | "-inf";

export interface OddPlace {
  x: number;
  time: number;
  what: OddWord;
}

export interface Curve extends Columns {
  key: string;
  run: string;
  job: string;
  jobName: string;
  name: string;
  /** When its first point was logged, in Unix seconds. */
  began: number;
  /** How many points there are in all. */
  points: number;
  exact: boolean;
  odd: OddPlace[];
  /** The value that came last, which the last entry may sum up with others; null when it is no finite number. */
  last: Value;
  /** What it is then. */
  lastOdd: OddWord | "not finite" | null;
}

export const keyOf = (line: { run: string; job: string; name: string }): string =>
  `${line.run}/${line.job}/${line.name}`;

/** A curve as the server drew it. */
export function curveOf(line: SeriesLine): Curve {
  const { points } = line;
  return {
    key: keyOf(line),
    run: line.run,
    job: line.job,
    jobName: line.job_name,
    name: line.name,
    began: line.began,
    points: points.points,
    exact: points.exact,
    x: points.x,
    time: points.time,
    min: points.min,
    max: points.max,
    mean: points.mean,
    odd: points.odd.map(({ at, what }) => ({ x: points.x[at]!, time: points.time[at]!, what })),
    last: points.last,
    lastOdd: lastOddOf(points),
  };
}

/**
 * A curve with the points that followed. `null` when they do not follow what is there, or when it would become
 * longer than `most`: then the whole is asked for again, which sums it up.
 */
export function extended(curve: Curve, line: SeriesLine, most: number): Curve | null {
  const { points } = line;
  if (line.skip !== curve.points || points.points < curve.points) return null;
  if (points.x.length === 0) return curve;
  if (curve.x.length + points.x.length > most) return null;
  const more = curveOf(line);
  return {
    ...curve,
    points: points.points,
    exact: curve.exact && points.exact,
    x: curve.x.concat(more.x),
    time: curve.time.concat(more.time),
    min: curve.min.concat(more.min),
    max: curve.max.concat(more.max),
    mean: curve.mean.concat(more.mean),
    odd: curve.odd.concat(more.odd),
    last: more.last,
    lastOdd: more.lastOdd,
  };
}

export type XAxis = "step" | "relative" | "time";

/** Where a curve's entries stand on an axis. */
export function placesOf(curve: Curve, axis: XAxis): number[] {
  if (axis === "step") return curve.x;
  return axis === "time" ? curve.time : curve.time.map((time) => time - curve.began);
}

export const placeOfOdd = (curve: Curve, odd: OddPlace, axis: XAxis): number =>
  axis === "step" ? odd.x : axis === "time" ? odd.time : odd.time - curve.began;

/** Columns in the order of their places, with entries at the same place made one, as a chart needs them. */
export function inOrder(places: number[], columns: Columns): Columns & { place: number[] } {
  let sorted = true;
  for (let at = 1; at < places.length && sorted; at++) sorted = places[at]! > places[at - 1]!;
  if (sorted) return { ...columns, place: places };
  const order = places.map((_, at) => at).sort((a, b) => places[a]! - places[b]! || a - b);
  const found: Columns & { place: number[] } = { place: [], x: [], time: [], min: [], max: [], mean: [] };
  for (const at of order) {
    const last = found.place.length - 1;
    if (last >= 0 && found.place[last] === places[at]) {
      found.min[last] = least(found.min[last]!, columns.min[at]!);
      found.max[last] = most(found.max[last]!, columns.max[at]!);
      found.mean[last] = columns.mean[at]!;
      continue;
    }
    found.place.push(places[at]!);
    found.x.push(columns.x[at]!);
    found.time.push(columns.time[at]!);
    found.min.push(columns.min[at]!);
    found.max.push(columns.max[at]!);
    found.mean.push(columns.mean[at]!);
  }
  return found;
}

const least = (one: Value, other: Value): Value =>
  one === null ? other : other === null ? one : Math.min(one, other);
const most = (one: Value, other: Value): Value =>
  one === null ? other : other === null ? one : Math.max(one, other);

/**
 * An exponential moving average that begins at the first value: each earlier value weighs `weight` times the one
 * behind it, divided by the sum of the weights so far. What is no number leaves a gap and does not count.
 */
export function smoothed(values: readonly Value[], weight: number): Value[] {
  if (weight <= 0) return values.slice();
  let sum = 0;
  let weights = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + value;
    weights = weights * weight + 1;
    return sum / weights;
  });
}

/** Values that can stand on a logarithmic axis; the others are gaps. */
export const positive = (values: readonly Value[]): Value[] =>
  values.map((value) => (value !== null && value > 0 ? value : null));

/** A stretch of a curve in detail: its last value is that of the whole, which goes on behind the stretch. */
export const stretchOf = (whole: Curve, detail: Curve): Curve => ({
  ...detail,
  last: whole.last,
  lastOdd: whole.lastOdd,
});

/** The last value as it is read: `0.98611`, or the word of one that is no number. */
export const lastWords = ({ last, lastOdd }: Curve): string => lastOdd ?? shortNumber(last);

/**
 * What the last value is when it is no finite number. An entry that sums up several such values does not tell
 * which of them came last.
 */
function lastOddOf({ last, x, odd }: SeriesPoints): OddWord | "not finite" | null {
  if (last !== null || x.length === 0) return null;
  const words = odd.filter(({ at }) => at === x.length - 1).map(({ what }) => what);
  return words.length === 1 ? words[0]! : "not finite";
}
