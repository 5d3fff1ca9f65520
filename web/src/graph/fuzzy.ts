/** Fuzzy search: the letters of the query in order, the better the closer they stand to beginnings of words. */

export interface Match {
  readonly score: number;
  /** Where in the text the letters were found. */
  readonly marks: readonly number[];
}

/** How well a text matches; null when it does not. An empty query matches everything equally. */
export function fuzzyMatch(query: string, text: string): Match | null {
  const letters = query.toLowerCase().replace(/\s+/g, "");
  if (letters === "") return { score: 0, marks: [] };
  const lower = text.toLowerCase();
  const whole = lower.indexOf(letters);
  if (whole >= 0) {
    const marks = Array.from(letters, (_, index) => whole + index);
    return {
      score: 100 - text.length * 0.1 + (isStart(text, whole) ? 50 : 0) + (whole === 0 ? 30 : 0),
      marks,
    };
  }
  return scattered(letters, lower, text);
}

/** Those that match, best first; equal ones stay in their order. */
export function fuzzyFilter<T>(
  query: string,
  entries: readonly T[],
  texts: (entry: T) => readonly string[],
): T[] {
  const found: { entry: T; score: number }[] = [];
  for (const entry of entries) {
    let best: number | null = null;
    texts(entry).forEach((text, index) => {
      const match = fuzzyMatch(query, text);
      if (match) best = Math.max(best ?? Number.NEGATIVE_INFINITY, match.score - index * 40);
    });
    if (best !== null) found.push({ entry, score: best });
  }
  return found.sort((one, other) => other.score - one.score).map(({ entry }) => entry);
}

/** Beginnings of words are taken first, letter by letter; when that leads nowhere, any place will do. */
function scattered(letters: string, lower: string, text: string): Match | null {
  const marks = walk(letters, lower, text, true) ?? walk(letters, lower, text, false);
  if (!marks) return null;
  let score = 40 - text.length * 0.1;
  marks.forEach((mark, index) => {
    if (isStart(text, mark)) score += 5;
    const before = marks[index - 1];
    if (before !== undefined) score -= Math.min(mark - before - 1, 5);
  });
  return { score, marks };
}

function walk(letters: string, lower: string, text: string, starts: boolean): number[] | null {
  const marks: number[] = [];
  let from = 0;
  for (const letter of letters) {
    let at = -1;
    if (starts && marks.length > 0 && lower.charAt(from) !== letter)
      at = nextStart(lower, text, letter, from);
    if (at < 0) at = lower.indexOf(letter, from);
    if (at < 0) return null;
    marks.push(at);
    from = at + 1;
  }
  return marks;
}

function nextStart(lower: string, text: string, letter: string, from: number): number {
  for (let at = from; at < lower.length; at++)
    if (lower.charAt(at) === letter && isStart(text, at)) return at;
  return -1;
}

function isStart(text: string, at: number): boolean {
  const [before, here] = [text.charAt(at - 1), text.charAt(at)];
  return at === 0 || /[\s_\-./]/.test(before) || (/[a-z\d]/.test(before) && /[A-Z]/.test(here));
}
