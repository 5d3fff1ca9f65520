/** Metrics as lines: of one run or several, live, at any zoom. */
import { Menu } from "@mantine/core";
import {
  IconArrowLeft,
  IconArrowRight,
  IconDotsVertical,
  IconDownload,
  IconPhoto,
  IconZoomIn,
  IconZoomOut,
  IconZoomReset,
} from "@tabler/icons-react";
import { useCallback, useMemo, useRef, useState } from "react";
import type uPlot from "uplot";
import type { Action } from "@/state/actions";
import { useThing } from "@/state/thing";
import { exact } from "@/ui/time";
import { ActionMark } from "../ActionButton";
import { ActionItems } from "../ActionItems";
import { download } from "../exporting";
import { MarkButton } from "./logs/LogTools";
import { count, shortNumber } from "./numbers";
import css from "./series/chart.module.css";
import type { Curve } from "./series/curve";
import { Legend } from "./series/Legend";
import { Plot, type Pointed } from "./series/Plot";
import { savePicture } from "./series/picture";
import { shortDuration } from "./series/plot";
import { SingleValues } from "./series/SingleValues";
import type { Look } from "./series/table";
import { type SeriesRef, useCurves, type Zoom } from "./series/useCurves";
import { entriesFor, useWidth } from "./series/useSize";

export type { Look } from "./series/table";
export type { SeriesRef } from "./series/useCurves";

export const PLAIN_LOOK: Look = { axis: "step", logX: false, logY: false, smoothing: 0, band: true };

interface SeriesChartProps {
  title: string;
  series: readonly SeriesRef[];
  look?: Look;
  height?: number;
  /** Charts of one key point at the same place together. */
  syncKey?: string;
  xLabel?: string;
  yLabel?: string;
  /** What runs are called, where there are several. */
  runNames?: Readonly<Record<string, string>>;
}

export function SeriesChart(props: SeriesChartProps) {
  const {
    title,
    series,
    look = PLAIN_LOOK,
    height = 200,
    syncKey = "charts",
    xLabel,
    yLabel,
    runNames,
  } = props;
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const plot = useRef<uPlot | null>(null);
  const scale = useCallback((factor: number, shift: number) => {
    const { min, max } = plot.current?.scales.x ?? {};
    if (min === undefined || max === undefined || min === null || max === null) return;
    const middle = (min + max) / 2 + (max - min) * shift;
    const half = ((max - min) / 2) * factor;
    if (half > 0) setZoom({ first: middle - half, last: middle + half });
  }, []);
  const file = fileOf(series);
  const save = useRef<() => void>(undefined);
  const { actions, thing } = useThing<HTMLDivElement>(
    "chart",
    title,
    () => chartActions({ scale, showAll: () => setZoom(null), isZoomed: zoom !== null, file, save }),
    [scale, zoom !== null, file],
  );
  const box = thing.ref;
  const width = useWidth(box);
  const { curves, pending, error, retry } = useCurves(series, entriesFor(width), zoom, look.axis);
  const labels = useMemo(() => labelsOf(curves, series, runNames), [curves, series, runNames]);
  const keepPlot = useCallback((made: uPlot | null) => {
    plot.current = made;
  }, []);

  save.current = () => plot.current && box.current && savePicture(plot.current, title, labels, box.current);
  const pan = usePan(plot, setZoom);
  const toggle = (key: string) =>
    setHidden((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });

  const drawn = curves.some(({ x }) => x.length > 0);
  const single = drawn && zoom === null && curves.every(({ x }) => x.length === 1);
  return (
    <figure
      className={css.chart}
      style={{ margin: 0 }}
      data-zoomed={zoom !== null || undefined}
      onFocus={thing.onFocus}
    >
      <figcaption className={css.head}>
        <span className={css.title} title={title}>
          {title}
        </span>
        <span className={css.grow} />
        <span className={css.tools} hidden={single} data-shown={zoom !== null || undefined}>
          {actions.slice(0, 3).map((action) => (
            <ActionMark key={action.id} action={action} />
          ))}
          <Menu position="bottom-end">
            <Menu.Target>
              <MarkButton label={`Export ${title}`}>
                <IconDotsVertical size={16} />
              </MarkButton>
            </Menu.Target>
            <Menu.Dropdown>
              <ActionItems actions={actions.slice(-2)} />
            </Menu.Dropdown>
          </Menu>
        </span>
      </figcaption>
      <div
        ref={box}
        className={css.plot}
        data-single={single || undefined}
        role="application"
        aria-label={`Chart of ${title}. Arrows move along, plus and minus zoom, 0 shows all. The values are in the table below.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys zoom and move it
        tabIndex={0}
        style={{ minHeight: single ? 0 : height }}
        onDoubleClick={() => setZoom(null)}
        {...pan}
      >
        {drawn && width > 0 ? (
          <Plot
            curves={curves}
            look={look}
            hidden={hidden}
            width={width - 12}
            height={height}
            zoom={zoom}
            syncKey={`${syncKey} ${look.axis}`}
            yLabel={yLabel}
            onPoint={setPointed}
            onZoom={setZoom}
            onPlot={keepPlot}
          />
        ) : (
          <div className={css.state} style={{ height }}>
            {error ? "" : pending ? "…" : "No points yet"}
          </div>
        )}
      </div>
      {single ? (
        <SingleValues {...{ title, curves, labels, xLabel, yLabel }} />
      ) : (
        <>
          <Legend
            title={title}
            entries={curves.map((curve, at) => ({ curve, label: labels[at]!, pointed: pointed?.values[at] }))}
            isSmoothed={look.smoothing > 0}
            place={pointed && placeWords(pointed.place, look.axis, xLabel)}
            hidden={hidden}
            onToggle={toggle}
          />
          <Notes curves={curves} look={look} />
        </>
      )}
      {error && (
        <div className={css.note} role="alert">
          {error.message}{" "}
          <button type="button" className={css.name} onClick={retry}>
            <u>Try again</u>
          </button>
        </div>
      )}
    </figure>
  );
}

interface Subject {
  scale: (factor: number, shift: number) => void;
  showAll: () => void;
  isZoomed: boolean;
  /** Where all its points are to be had. */
  file: string;
  save: { current: (() => void) | undefined };
}

function chartActions({ scale, showAll, isZoomed, file, save }: Subject): Action[] {
  return [
    {
      id: "chart.in",
      label: "Zoom in",
      group: "Chart",
      keys: ["=", "+"],
      icon: IconZoomIn,
      perform: () => scale(0.5, 0),
    },
    {
      id: "chart.out",
      label: "Zoom out",
      group: "Chart",
      keys: ["-"],
      icon: IconZoomOut,
      when: () => isZoomed,
      perform: () => scale(2, 0),
    },
    {
      id: "chart.whole",
      label: "Show all",
      group: "Chart",
      keys: ["0", "Esc"],
      icon: IconZoomReset,
      words: "zoom",
      when: () => isZoomed,
      perform: showAll,
    },
    {
      id: "chart.left",
      label: "Move left",
      group: "Chart",
      keys: ["Left"],
      icon: IconArrowLeft,
      perform: () => scale(1, -0.2),
    },
    {
      id: "chart.right",
      label: "Move right",
      group: "Chart",
      keys: ["Right"],
      icon: IconArrowRight,
      perform: () => scale(1, 0.2),
    },
    {
      id: "chart.picture",
      label: "Save as PNG",
      group: "Chart",
      icon: IconPhoto,
      perform: () => save.current?.(),
    },
    {
      id: "chart.points",
      label: "Every point as CSV",
      group: "Chart",
      icon: IconDownload,
      perform: () => download(file),
    },
  ];
}

/** What the drawing itself cannot show. */
function Notes({ curves, look }: { curves: readonly Curve[]; look: Look }) {
  const odd = curves.reduce((sum, curve) => sum + curve.odd.length, 0);
  const hidden = look.logY
    ? curves.reduce((sum, { mean }) => sum + mean.filter((value) => value !== null && value <= 0).length, 0)
    : 0;
  if (odd === 0 && hidden === 0) return null;
  return (
    <div className={css.note}>
      {odd > 0 &&
        `${count(odd)} ${odd === 1 ? "place is" : "places are"} no finite number (× NaN, ▲ inf, ▼ -inf). `}
      {hidden > 0 &&
        `${count(hidden)} ${hidden === 1 ? "value is" : "values are"} not above 0 and cannot stand on a logarithmic axis.`}
    </div>
  );
}

/** Shift and drag, or the middle button: move along. */
function usePan(plot: React.RefObject<uPlot | null>, setZoom: (zoom: Zoom) => void) {
  const from = useRef<{ x: number; first: number; last: number; perPixel: number } | null>(null);
  return {
    onMouseDownCapture: (event: React.MouseEvent) => {
      const { min, max } = plot.current?.scales.x ?? {};
      if (!(event.shiftKey || event.button === 1) || min == null || max == null) return;
      event.preventDefault();
      event.stopPropagation();
      const perPixel = (max - min) / Math.max(1, plot.current!.bbox.width / devicePixelRatio);
      from.current = { x: event.clientX, first: min, last: max, perPixel };
      const move = (moved: MouseEvent) => {
        if (!from.current) return;
        const by = (from.current.x - moved.clientX) * from.current.perPixel;
        setZoom({ first: from.current.first + by, last: from.current.last + by });
      };
      const end = () => {
        from.current = null;
        window.removeEventListener("mousemove", move);
        window.removeEventListener("mouseup", end);
      };
      window.addEventListener("mousemove", move);
      window.addEventListener("mouseup", end);
    },
  };
}

/** What tells each curve from the others. */
function labelsOf(
  curves: readonly Curve[],
  series: readonly SeriesRef[],
  runNames: Readonly<Record<string, string>> = {},
): string[] {
  const several = (part: (curve: Curve) => string) => new Set(curves.map(part)).size > 1;
  const [runs, names] = [several((curve) => curve.run), several((curve) => curve.name)];
  const jobs = several((curve) => `${curve.run} ${curve.name} ${curve.jobName}`) && !names && !runs;
  return curves.map((curve) => {
    const own = series.find(
      ({ run, name, job, label }) =>
        label && run === curve.run && name === curve.name && (!job || job === curve.job),
    );
    if (own) return own.label!;
    const twins = curves.filter(({ run, name }) => run === curve.run && name === curve.name).length > 1;
    const parts = [
      runs ? (runNames[curve.run] ?? curve.run.slice(-6)) : "",
      names || (!runs && !jobs && !twins) ? curve.name : "",
      jobs || twins ? curve.jobName : "",
    ];
    return parts.filter(Boolean).join(" · ");
  });
}

function placeWords(place: number, axis: Look["axis"], xLabel: string | undefined): string {
  if (axis === "time") return exact(new Date(place * 1000).toISOString());
  if (axis === "relative") return `after ${shortDuration(place)}`;
  return `${xLabel || "step"} ${shortNumber(place)}`;
}

function fileOf(series: readonly SeriesRef[]): string {
  const query = new URLSearchParams();
  for (const run of new Set(series.map(({ run }) => run))) query.append("run", run);
  for (const name of new Set(series.map(({ name }) => name))) query.append("name", name);
  return `/api/v1/points/file?${query}`;
}
