/** How lines are told apart: by colour and by dashes, so that colour is not the only cue. */

export const COLOURS = 8;
const DASHES: readonly number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [5, 2, 2, 2, 2, 2]];

export interface Stroke {
  colour: string;
  dash: number[];
}

/** The stroke of the line with this number. The first five lines differ in dashes, the first eight in colour. */
export function strokeOf(number: number, style: CSSStyleDeclaration): Stroke {
  return {
    colour: style.getPropertyValue(`--k${number % COLOURS}`).trim() || "#888",
    dash: DASHES[number % DASHES.length]!,
  };
}

export const dashOf = (number: number): string => DASHES[number % DASHES.length]!.join(" ");
