/** The difference between two texts as few small replacements, so that cursors and other people's edits stay. */

export interface Replacement {
  at: number;
  remove: number;
  insert: string;
}

/** Beyond this many comparisons the middle is replaced as a whole. */
const MOST = 4_000_000;

/** Replacements in the first text, from its end to its beginning, that make the second of it. */
export function replacements(before: string, after: string): Replacement[] {
  const old = before.split(/(?<=\n)/);
  const made = after.split(/(?<=\n)/);
  let head = 0;
  while (head < old.length && head < made.length && old[head] === made[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < made.length - head &&
    old[old.length - 1 - tail] === made[made.length - 1 - tail]
  )
    tail++;
  const removed = old.slice(head, old.length - tail);
  const added = made.slice(head, made.length - tail);
  let at = length(old.slice(0, head));
  const found: Replacement[] = [];
  for (const [lost, gained] of hunks(removed, added)) {
    const one = trimmed(at, lost, gained);
    if (one) found.unshift(one);
    at += lost.length;
  }
  return found;
}

const length = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length, 0);

/** Pairs of what goes and what comes, in order; what is the same in both is a pair of itself. */
function hunks(old: readonly string[], made: readonly string[]): [string, string][] {
  if (old.length * made.length > MOST) return [[old.join(""), made.join("")]];
  const width = made.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = made.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === made[j]
          ? (common[(i + 1) * width + j + 1] as number) + 1
          : Math.max(common[(i + 1) * width + j] as number, common[i * width + j + 1] as number);
  const pairs: [string, string][] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < made.length) {
    const lost: string[] = [];
    const gained: string[] = [];
    while (
      (i < old.length || j < made.length) &&
      !(i < old.length && j < made.length && old[i] === made[j])
    ) {
      const down = i < old.length ? (common[(i + 1) * width + j] as number) : -1;
      const right = j < made.length ? (common[i * width + j + 1] as number) : -1;
      if (down >= right) lost.push(old[i++] as string);
      else gained.push(made[j++] as string);
    }
    if (lost.length === gained.length)
      for (const [index, line] of lost.entries()) pairs.push([line, gained[index] as string]);
    else pairs.push([lost.join(""), gained.join("")]);
    while (i < old.length && j < made.length && old[i] === made[j]) {
      pairs.push([old[i] as string, made[j] as string]);
      i++;
      j++;
    }
  }
  return pairs;
}

/** A replacement without what both have at their ends; null when nothing is left. */
function trimmed(at: number, lost: string, gained: string): Replacement | null {
  if (lost === gained) return null;
  const most = Math.min(lost.length, gained.length);
  let head = 0;
  while (head < most && lost[head] === gained[head]) head++;
  let tail = 0;
  while (tail < most - head && lost[lost.length - 1 - tail] === gained[gained.length - 1 - tail]) tail++;
  return {
    at: at + head,
    remove: lost.length - head - tail,
    insert: gained.slice(head, gained.length - tail),
  };
}
