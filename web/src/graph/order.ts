/** Fractional indices: texts that sort, with always another one between two. New nodes come last without renumbering. */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SMALLEST = DIGITS.charAt(0);

/** An index between two others; null stands for the beginning or the end. */
export function between(before: string | null, after: string | null): string {
  if (before !== null && after !== null && before >= after) return `${before}V`;
  return middle(before ?? "", after);
}

/** `count` indices behind the last of the given ones, in ascending order. */
export function behind(orders: Iterable<string>, count = 1): string[] {
  let last: string | null = null;
  for (const order of orders) if (last === null || order > last) last = order;
  const found: string[] = [];
  for (let index = 0; index < count; index++) {
    last = following(last);
    found.push(last);
  }
  return found;
}

/** The next index behind the last one; it stays short when nodes are added one by one. */
function following(last: string | null): string {
  if (last === null) return "V";
  for (let at = last.length - 1; at >= 0; at--) {
    const digit = DIGITS.indexOf(last.charAt(at));
    if (digit >= 0 && digit < DIGITS.length - 1) return last.slice(0, at) + DIGITS.charAt(digit + 1);
  }
  return `${last}1`;
}

/** A text between two, `after` null being infinity. `before` is smaller than `after`; neither ends with the smallest digit. */
function middle(before: string, after: string | null): string {
  if (after !== null) {
    let same = 0;
    while ((before.charAt(same) || SMALLEST) === after.charAt(same)) same++;
    if (same > 0) return after.slice(0, same) + middle(before.slice(same), after.slice(same));
  }
  const low = before ? DIGITS.indexOf(before.charAt(0)) : 0;
  const high = after === null ? DIGITS.length : DIGITS.indexOf(after.charAt(0));
  if (high - low > 1) return DIGITS.charAt(Math.round((low + high) / 2));
  if (after !== null && after.length > 1) return after.charAt(0);
  return DIGITS.charAt(Math.max(low, 0)) + middle(before.slice(1), null);
}
