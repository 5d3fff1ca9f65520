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

/** The lines of a difference in unified form. */
export function linesOf(patch: string): DiffLine[] {
  const found: DiffLine[] = [];
  let [before, after] = [1, 1];
  for (const line of patch.split("\n")) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
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
