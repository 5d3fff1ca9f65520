/** The colours of people: two who are in one document have different ones, as long as there are enough. */

/** White letters are read on each of them, and each is seen on light and dark ground. */
export const COLORS: readonly string[] = [
  "#1769aa",
  "#b3412e",
  "#2f7d32",
  "#5e4bb6",
  "#8a5a00",
  "#a23b88",
  "#00796b",
  "#5d6470",
];

/** One tab in a document. */
export interface Seat {
  client: number;
  browser: string;
  color: string;
  /** When it came, in milliseconds of its own clock. */
  since: number;
}

/**
 * The colour of a tab beside those of the others.
 *
 * It has what it has, unless somebody who was there before has the same: then the first that nobody has. Tabs of
 * one browser have one colour. Everybody reads the same order, so people who come at once agree after a message each.
 */
export function colorBeside(mine: Seat, others: readonly Seat[]): string {
  const before = others.filter((one) => isBefore(one, mine));
  const own = before.filter((one) => one.browser === mine.browser);
  if (own.length > 0) return own.reduce((one, other) => (isBefore(one, other) ? one : other)).color;
  if (!before.some((one) => one.color === mine.color)) return mine.color;
  const taken = new Set(others.filter((one) => one.browser !== mine.browser).map((one) => one.color));
  return COLORS.find((color) => !taken.has(color)) ?? mine.color;
}

function isBefore(one: Seat, other: Seat): boolean {
  return one.since === other.since ? one.client < other.client : one.since < other.since;
}
