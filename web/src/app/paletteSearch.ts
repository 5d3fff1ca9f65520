/** What the command palette finds, and where it opens. */
import { fuzzyFilter, fuzzyMatch } from "@/graph/fuzzy";
import type { Action } from "@/state/actions";

/**
 * The commands and places that match, best first. A command is found by what it is done to as well as a place of that
 * name is, and comes before it: on a canvas, `blur` adds a blur rather than leaving for its code.
 */
export function matching(text: string, commands: readonly Action[], places: readonly Action[]): Action[] {
  const score = (words: string) => fuzzyMatch(text, words)?.score ?? Number.NEGATIVE_INFINITY;
  const name = ({ label, subject }: Action) => (subject && score(subject) > score(label) ? subject : label);
  return fuzzyFilter(text, [...commands, ...places], (one) => [name(one), one.group, one.words ?? ""]);
}

interface Size {
  width: number;
  height: number;
}

const MARGIN = 8;
/** The middle of the field, from the palette's corner. */
const FIELD = { x: 60, y: 24 };

/** The palette's corner so that its field is at a point of the window, as far as there is room. */
export function cornerAt([x, y]: readonly [number, number], palette: Size, window: Size) {
  const within = (wanted: number, most: number) => Math.max(MARGIN, Math.min(wanted, most - MARGIN));
  return {
    left: within(x - FIELD.x, window.width - palette.width),
    top: within(y - FIELD.y, window.height - palette.height),
  };
}
