/** Differences of texts as lines to show: one below the other, or side by side. */

export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap";
  text: string;
  before: number | null;
  after: number | null;
}

export interface DiffRow {
  before: DiffLine | null;
  after: DiffLine | null;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)/;

/** The lines of a difference in unified form; a gap stands for lines that are left out. */
export function linesOf(patch: string): DiffLine[] {
  const found: DiffLine[] = [];
  let [before, after] = [1, 1];
  for (const line of patch.split("\n")) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      if (Math.max(before, after) > 1 || found.length > 0)
        found.push({ kind: "gap", text: hunk[3] ?? "", before: null, after: null });
    } else if (line.startsWith("+")) {
      found.push({ kind: "added", text: line.slice(1), before: null, after: after++ });
    } else if (line.startsWith("-")) {
      found.push({ kind: "removed", text: line.slice(1), before: before++, after: null });
    } else if (line.startsWith(" ")) {
      found.push({ kind: "same", text: line.slice(1), before: before++, after: after++ });
    }
  }
  return found;
}

/** The same lines in two columns: what was removed beside what was added in its place. */
export function rowsOf(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let [removed, added]: [DiffLine[], DiffLine[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      rows.push({ before: removed[at] ?? null, after: added[at] ?? null });
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === "removed") removed.push(line);
    else if (line.kind === "added") added.push(line);
    else {
      flush();
      rows.push({ before: line, after: line });
    }
  }
  flush();
  return rows;
}

/** Where the two texts of a row differ: the part between what they begin and end with in common. */
export function changedPart(text: string, other: string | undefined): [begin: number, end: number] {
  if (other === undefined) return [0, 0];
  let begin = 0;
  while (begin < Math.min(text.length, other.length) && text[begin] === other[begin]) begin++;
  let end = 0;
  while (
    end < Math.min(text.length, other.length) - begin &&
    text[text.length - 1 - end] === other[other.length - 1 - end]
  )
    end++;
  const whole = begin === 0 && end === 0;
  return whole ? [0, 0] : [begin, text.length - end];
}

/** Lines at each end of what differs that are shown with it. */
const AROUND = 3;
/** Pairs of lines that are compared; two texts that differ in more are shown as one whole in place of the other. */
const MOST_PAIRS = 4_000_000;

/** The difference of two texts in unified form; empty when they are the same. */
export function patchOf(before: string, after: string): string {
  if (before === after) return "";
  const [one, other] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(one.length, other.length) - head && one.at(-1 - tail) === other.at(-1 - tail))
    tail += 1;
  const begin = Math.max(head - AROUND, 0);
  const inner = changes(one.slice(head, one.length - tail), other.slice(head, other.length - tail));
  const lines = [
    ...one.slice(begin, head).map((line) => ` ${line}`),
    ...inner,
    ...one.slice(one.length - tail, one.length - tail + AROUND).map((line) => ` ${line}`),
  ];
  const count = (sign: string) => lines.filter((line) => line[0] === " " || line[0] === sign).length;
  return [`@@ -${begin + 1},${count("-")} +${begin + 1},${count("+")} @@`, ...lines].join("\n");
}

/** The lines of two texts, by the longest sequence that they have in common. */
function changes(one: readonly string[], other: readonly string[]): string[] {
  if (one.length * other.length > MOST_PAIRS)
    return [...one.map((line) => `-${line}`), ...other.map((line) => `+${line}`)];
  const width = other.length + 1;
  const common = new Uint32Array((one.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] as number;
  for (let row = one.length - 1; row >= 0; row--)
    for (let column = other.length - 1; column >= 0; column--)
      common[row * width + column] =
        one[row] === other[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const found: string[] = [];
  let [row, column] = [0, 0];
  while (row < one.length || column < other.length) {
    if (row < one.length && column < other.length && one[row] === other[column]) {
      found.push(` ${one[row]}`);
      row += 1;
      column += 1;
    } else if (column === other.length || (row < one.length && at(row + 1, column) >= at(row, column + 1)))
      found.push(`-${one[row++]}`);
    else found.push(`+${other[column++]}`);
  }
  return found;
}
