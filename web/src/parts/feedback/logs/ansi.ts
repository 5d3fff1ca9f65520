/** Colours and styles of a line of a log, as spans of text. Nothing of it is ever taken as markup. */

export interface Style {
  /** Of the sixteen colours: 0 to 15; or any other as `#rrggbb`. */
  color?: number | string;
  background?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  struck?: boolean;
  inverse?: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what they are
const SEQUENCE = /\x1b\[([0-9;:]*)m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const PLAIN: Style = {};

/** A line as spans, each of one style. Control characters that are no style are left out. */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  let at = 0;
  for (const found of line.matchAll(SEQUENCE)) {
    push(spans, line.slice(at, found.index), style);
    at = found.index + found[0].length;
    if (found[1] !== undefined) style = restyled(style, found[1]);
  }
  push(spans, line.slice(at), style);
  return spans;
}

function push(spans: Span[], text: string, style: Style): void {
  if (text === "") return;
  const last = spans.at(-1);
  if (last && last.style === style) last.text += text;
  else spans.push({ text, style });
}

function restyled(before: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let style = before;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at]!;
    if (code === 38 || code === 48) {
      const [color, used] = extended(numbers.slice(at + 1));
      at += used;
      if (color !== undefined) style = { ...style, [code === 38 ? "color" : "background"]: color };
    } else {
      style = simple(style, code);
    }
  }
  return style;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  switch (code) {
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 9:
      return { ...style, struck: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 29:
      return { ...style, struck: false };
    case 39:
      return { ...style, color: undefined };
    case 49:
      return { ...style, background: undefined };
    default:
      return style;
  }
}

/** The colour behind 38 or 48, and how many numbers say it. */
function extended(numbers: number[]): [number | string | undefined, number] {
  if (numbers[0] === 5) return [indexed(numbers[1] ?? 0), 2];
  if (numbers[0] === 2) return [hex(numbers.slice(1, 4)), 4];
  return [undefined, numbers.length];
}

function indexed(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (Math.min(index, 255) - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const cube = index - 16;
  const level = (place: number) => (place === 0 ? 0 : 55 + place * 40);
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function hex(parts: number[]): string {
  const byte = (part: number | undefined) =>
    Math.max(0, Math.min(255, part ?? 0))
      .toString(16)
      .padStart(2, "0");
  return `#${byte(parts[0])}${byte(parts[1])}${byte(parts[2])}`;
}
