/** Documents that were drawn by matplotlib: shown as it drew them, letters and strokes as large as the rest. */

type Thing = Record<string, unknown>;

export interface Document {
  data?: unknown[];
  layout?: Thing;
}

export interface Size {
  width: number;
  height: number;
}

interface Source {
  source?: unknown;
  /** Axes of which the viewer may choose the ticks. */
  free?: string[];
}

/** Pixels above the drawing, for its tools. */
export const TOOLS = 28;

const LENGTHS = new Set(["size", "ticklen", "tickwidth", "linewidth", "gridwidth", "arrowwidth"]);
const BLACK = "rgba(0,0,0,1)";

/** How large matplotlib drew it, in pixels; null for documents of another source. */
export function drawnSize({ layout = {} }: Document): Size | null {
  if ((layout.meta as Source | undefined)?.source !== "matplotlib") return null;
  return { width: Number(layout.width), height: Number(layout.height) };
}

/**
 * The document with its letters and strokes by a factor larger, and `ink` for what is black. What lies on a picture
 * stays black: it was chosen for the colours of that.
 */
export function scaled(document: Document, by: number, ink: string): Document {
  const drawn = drawnSize(document)!;
  const pictures = axesOfPictures(document);
  const change = (thing: unknown) => changed(thing, { by, ink, pictures });
  const layout = change(document.layout) as Thing;
  const margin = { l: 0, r: 0, b: 0, t: TOOLS, pad: 0 };
  return {
    data: change(document.data ?? []) as unknown[],
    layout: {
      ...layout,
      margin,
      autosize: false,
      width: Math.round(drawn.width * by),
      height: Math.round(drawn.height * by) + TOOLS,
    },
  };
}

/** The axes that hold a picture, as `x y`. */
function axesOfPictures({ data = [], layout = {} }: Document): ReadonlySet<string> {
  const traces = (data as Thing[]).filter(({ type }) => type === "heatmap" || type === "image");
  const images = (layout.images ?? []) as Thing[];
  return new Set([...traces, ...images].map(axesOf));
}

/** The axes that a trace, an annotation or a shape is drawn on. */
const axesOf = ({ xref, yref, xaxis, yaxis }: Thing): string => `${xref ?? xaxis} ${yref ?? yaxis}`;

interface Change {
  by: number;
  ink: string;
  pictures: ReadonlySet<string>;
}

/** Lists of numbers stay what they are: they may be long. */
function changed(thing: unknown, how: Change, key = ""): unknown {
  const { by, ink, pictures } = how;
  if (Array.isArray(thing)) {
    if (LENGTHS.has(key)) return thing.map((each) => (typeof each === "number" ? each * by : each));
    return typeof thing[0] === "object" && !Array.isArray(thing[0])
      ? thing.map((each) => changed(each, how))
      : thing;
  }
  if (thing === BLACK && key === "color") return ink;
  if (typeof thing === "number") return LENGTHS.has(key) ? thing * by : thing;
  if (typeof thing !== "object" || thing === null) return thing;
  const of = thing as Thing;
  const isShift = of.axref === undefined;
  const inside = pictures.has(axesOf(of)) ? { ...how, ink: BLACK } : how;
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => {
      const isLength = (key === "line" && name === "width") || (isShift && (name === "ax" || name === "ay"));
      return [name, isLength ? Number(value) * by : changed(value, inside, name)];
    }),
  );
}

/** Which ticks are shown after somebody looked closer: matplotlib's where all is in view, else any that fit. */
export function ticksFor(document: Document, shown: Thing): Thing {
  const layout = document.layout ?? {};
  const free = (layout.meta as Source | undefined)?.free ?? [];
  const found: Thing = {};
  for (const name of free) {
    const now = shown[name] as Thing | undefined;
    const before = (layout[name] as Thing).range as unknown[];
    if (!now) continue;
    const mode = isSame(now.range as unknown[], before) ? "array" : "auto";
    if (now.tickmode === mode) continue;
    found[`${name}.tickmode`] = mode;
    ((layout.annotations ?? []) as Thing[]).forEach((each, place) => {
      if (each.name === `common ${name}`) found[`annotations[${place}].visible`] = mode === "array";
    });
  }
  return found;
}

/** Dates come back with fewer digits than they were given. */
function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  const [a, b, from, to] = [...one, ...other].map(numberOf) as [number, number, number, number];
  const slack = Math.abs(to - from) * 1e-6;
  return Math.abs(a - from) <= slack && Math.abs(b - to) <= slack;
}

const numberOf = (value: unknown): number =>
  typeof value === "string"
    ? Date.parse(`${value.replace(" ", "T").replace(/(\.\d{3})\d*$/, "$1")}Z`)
    : Number(value);
