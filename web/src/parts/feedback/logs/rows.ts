/** The rows of a log view: of one log its lines; of several, each under the name of its job. */
import type { LogPages } from "./pages";

export interface Section {
  job: string;
  name: string;
  pages: LogPages;
}

export type Row = { kind: "heading"; section: Section } | { kind: "line"; section: Section; line: number };

const heading = (sections: readonly Section[]): number => (sections.length > 1 ? 1 : 0);

export function rowCount(sections: readonly Section[]): number {
  return sections.reduce((sum, section) => sum + heading(sections) + section.pages.total, 0);
}

export function rowAt(sections: readonly Section[], row: number): Row | null {
  let left = row;
  for (const section of sections) {
    if (heading(sections)) {
      if (left === 0) return { kind: "heading", section };
      left--;
    }
    if (left < section.pages.total) return { kind: "line", section, line: left };
    left -= section.pages.total;
  }
  return null;
}

/** Where a line of a job stands. */
export function rowOf(sections: readonly Section[], job: string, line: number): number {
  let before = 0;
  for (const section of sections) {
    before += heading(sections);
    if (section.job === job) return before + Math.min(line, Math.max(section.pages.total - 1, 0));
    before += section.pages.total;
  }
  return 0;
}

/** Have the lines of these rows fetched. */
export function wantRows(sections: readonly Section[], first: number, end: number): void {
  let before = 0;
  for (const section of sections) {
    before += heading(sections);
    const from = Math.max(first - before, 0);
    const to = Math.min(end - before, section.pages.total);
    if (to > from || !section.pages.loaded) section.pages.want(from, Math.max(to, 1));
    before += section.pages.total;
  }
}
