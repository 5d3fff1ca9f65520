/** The options of uPlot for a chart of curves. */
import type uPlot from "uplot";
import { shortNumber } from "../numbers";
import { type Curve, placeOfOdd } from "./curve";
import type { Stroke } from "./strokes";
import { COLUMNS, type Look } from "./table";

export interface PlotFacts {
  width: number;
  height: number;
  look: Look;
  strokes: readonly Stroke[];
  hidden: ReadonlySet<string>;
  curves: () => readonly Curve[];
  ink: string;
  grid: string;
  font: string;
  yLabel?: string;
  syncKey: string;
  onCursor: (at: number | null, place: number | null) => void;
  onZoom: (first: number, last: number) => void;
}

export function optionsOf(facts: PlotFacts): uPlot.Options {
  const { look, strokes, curves } = facts;
  const axis = {
    stroke: facts.ink,
    font: facts.font,
    grid: { stroke: facts.grid, width: 1 },
    ticks: { show: false },
  };
  const absolute = look.axis === "time";
  return {
    width: facts.width,
    height: facts.height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 6, width: 1.5 },
      sync: { key: facts.syncKey, setSeries: false, scales: ["x", null], filters: { pub: onlyPointing } },
      bind: { dblclick: () => () => null },
    },
    scales: {
      x: look.logX ? { time: absolute, distr: 3 } : { time: absolute, range: placeRange },
      y: { distr: look.logY ? 3 : 1, range: look.logY ? logRange : valueRange },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 70,
        values: look.axis === "relative" ? durations : absolute ? undefined : steps,
      },
      {
        ...axis,
        size: sizeOfTicks,
        space: 34,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : shortNumber(tick))),
        label: facts.yLabel || undefined,
        labelSize: 18,
        labelFont: facts.font,
      },
    ],
    series: [
      {},
      ...curves().flatMap((curve, at) => seriesOf(strokes[at]!, !facts.hidden.has(curve.key), look)),
    ],
    bands: curves().map((_, at) => ({
      series: [at * COLUMNS + 3, at * COLUMNS + 4] as [number, number],
      fill: `color-mix(in srgb, ${strokes[at]!.colour} 16%, transparent)`,
    })),
    hooks: {
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          const inside = idx !== null && idx !== undefined && (left ?? -1) >= 0;
          facts.onCursor(inside ? idx : null, inside ? plot.data[0][idx]! : null);
        },
      ],
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const first = plot.posToVal(plot.select.left, "x");
          const last = plot.posToVal(plot.select.left + plot.select.width, "x");
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (last > first) facts.onZoom(first, last);
        },
      ],
      draw: [(plot) => drawOdd(plot, facts)],
    },
  };
}

/** Charts of one key point together; each is zoomed by itself. */
const onlyPointing = (type: string): boolean => type === "mousemove" || type === "mouseleave";

function seriesOf(stroke: Stroke, show: boolean, look: Look): uPlot.Series[] {
  const line = { show, spanGaps: false, points: { show: alone } };
  return [
    { ...line, stroke: stroke.colour, width: 1.75, dash: stroke.dash },
    {
      ...line,
      show: show && look.smoothing > 0,
      stroke: `color-mix(in srgb, ${stroke.colour} 32%, transparent)`,
      width: 1,
      points: { show: false },
    },
    { show, stroke: "transparent", width: 0, points: { show: false } },
    { show, stroke: "transparent", width: 0, points: { show: false } },
  ];
}

/** A value with a gap on either side would not be seen as a line. */
const alone: uPlot.Series.Points.Show = (plot, series, first, last) => {
  if (last - first > 3000) return false;
  const values = plot.data[series]!;
  let numbers = 0;
  for (let at = first; at <= last && numbers < 40; at++)
    if (values[at] !== null && values[at] !== undefined) numbers++;
  return numbers > 0 && numbers < 40;
};

/** From the first place to the last; a single one lies in the middle. */
export const placeRange: uPlot.Range.Function = (_, first, last) =>
  first !== null && first === last ? [first - 1, last + 1] : [first, last];

const valueRange: uPlot.Range.Function = (_, least, most) => {
  if (least === null || most === null) return [0, 1];
  if (least === most) {
    const room = Math.abs(least) * 0.1 || 1;
    return [least - room, most + room];
  }
  const room = (most - least) * 0.06;
  return [least - room, most + room];
};

const logRange: uPlot.Range.Function = (_, least, most) => {
  if (least === null || most === null || !(most > 0)) return [0.1, 10];
  const low = least > 0 ? least : most / 10;
  return low === most ? [low / 2, most * 2] : [low / 1.15, most * 1.15];
};

const sizeOfTicks: uPlot.Axis.Size = (_, values) =>
  22 + Math.max(0, ...(values ?? []).map((value) => String(value ?? "").length)) * 6.4;

const steps: uPlot.Axis.Values = (_, ticks) =>
  ticks.map((tick) =>
    tick === null ? "" : Math.abs(tick) >= 1e4 && tick % 1000 === 0 ? thousands(tick) : shortNumber(tick),
  );

const thousands = (tick: number): string => (Math.abs(tick) >= 1e6 ? `${tick / 1e6} M` : `${tick / 1e3} k`);

const durations: uPlot.Axis.Values = (_, ticks) =>
  ticks.map((tick) => (tick === null ? "" : shortDuration(tick)));

export function shortDuration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 86400) return `${shortNumber(seconds / 86400)} d`;
  if (size >= 3600) return `${shortNumber(seconds / 3600)} h`;
  if (size >= 60) return `${shortNumber(seconds / 60)} min`;
  return `${shortNumber(seconds)} s`;
}

/** What is no finite number is marked at the edge: ▲ infinite, ▼ negative infinite, × not a number. */
function drawOdd(plot: uPlot, { curves, strokes, hidden, look }: PlotFacts): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * devicePixelRatio}px sans-serif`;
  ctx.textAlign = "center";
  curves().forEach((curve, at) => {
    if (hidden.has(curve.key)) return;
    ctx.fillStyle = strokes[at]?.colour ?? "#888";
    let before = Number.NEGATIVE_INFINITY;
    for (const odd of curve.odd) {
      const x = plot.valToPos(placeOfOdd(curve, odd, look.axis), "x", true);
      if (x - before < 7 * devicePixelRatio) continue;
      before = x;
      const mark = odd.what === "inf" ? "▲" : odd.what === "-inf" ? "▼" : "×";
      const y = odd.what === "inf" ? bbox.top + 11 * devicePixelRatio : bbox.top + bbox.height - 3;
      ctx.fillText(mark, x, y);
    }
  });
  ctx.restore();
}
