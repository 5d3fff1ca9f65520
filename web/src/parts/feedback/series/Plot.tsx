/** The drawing itself: uPlot in an element, made anew when its form changes, fed when only its points do. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Curve } from "./curve";
import { optionsOf } from "./plot";
import { strokeOf } from "./strokes";
import { COLUMNS, type Look, tableOf } from "./table";
import type { Zoom } from "./useCurves";

export interface Pointed {
  place: number;
  /** Of each curve, in their order. */
  values: PointedValue[];
}

/** What is drawn at a place. */
export interface PointedValue {
  /** `undefined` when the curve has nothing there, `null` when it is no finite number. */
  value: number | null | undefined;
  /** Least and greatest of the values that it sums up; `null` when it is one value. */
  range: readonly [number, number] | null;
}

interface PlotProps {
  curves: readonly Curve[];
  look: Look;
  hidden: ReadonlySet<string>;
  width: number;
  height: number;
  zoom: Zoom | null;
  syncKey: string;
  yLabel?: string;
  onPoint: (pointed: Pointed | null) => void;
  onZoom: (zoom: Zoom) => void;
  onPlot?: (plot: uPlot | null) => void;
}

export function Plot(props: PlotProps) {
  const { curves, look, hidden, width, height, zoom, syncKey, yLabel, onPoint, onZoom, onPlot } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme();
  const newest = useRef({ curves, onPoint, onZoom, zoom });
  newest.current = { curves, onPoint, onZoom, zoom };
  const table = useMemo(() => tableOf(curves, look), [curves, look]);
  const form = JSON.stringify([curves.map(({ key }) => key), look, [...hidden], syncKey, yLabel, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` says all that it is made of
  useLayoutEffect(() => {
    const style = getComputedStyle(box.current!);
    const made = new uPlot(
      optionsOf({
        width: Math.max(width, 50),
        height,
        look,
        hidden,
        yLabel,
        syncKey,
        strokes: curves.map((_, at) => strokeOf(at, style)),
        curves: () => newest.current.curves,
        ink: style.getPropertyValue("--ink-3"),
        grid: style.getPropertyValue("--line"),
        font: "11px Inter Variable, Inter, system-ui, sans-serif",
        onCursor: (at, place) => {
          newest.current.onPoint(
            at === null
              ? null
              : {
                  place: place!,
                  values: newest.current.curves.map((_, curve) => valueAt(made.data, curve, at)),
                },
          );
        },
        onZoom: (first, last) => newest.current.onZoom({ first, last }),
      }),
      table,
      box.current!,
    );
    plot.current = made;
    rescale(made, newest.current.zoom);
    onPlot?.(made);
    return () => {
      made.destroy();
      plot.current = null;
      onPlot?.(null);
    };
  }, [form]);

  useEffect(() => {
    plot.current?.setSize({ width: Math.max(width, 50), height });
  }, [width, height]);

  const first = zoom?.first;
  const last = zoom?.last;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a zoom is its two ends
  useLayoutEffect(() => {
    if (!plot.current) return;
    plot.current.batch(() => {
      plot.current!.setData(table, zoom === null);
      rescale(plot.current!, zoom);
    });
  }, [table, first, last]);
  return <div ref={box} />;
}

function rescale(plot: uPlot, zoom: Zoom | null): void {
  if (zoom) plot.setScale("x", { min: zoom.first, max: zoom.last });
}

/** What a curve has at an index, or before it where it has nothing there. */
export function valueAt(table: uPlot.AlignedData, curve: number, at: number): PointedValue {
  const [drawn, , greatest, least] = table.slice(1 + curve * COLUMNS);
  for (let index = at; drawn && index >= 0 && at - index < 200; index--) {
    const value = drawn[index];
    if (value === undefined) continue;
    const [low, high] = [least?.[index], greatest?.[index]];
    const several = typeof low === "number" && typeof high === "number" && low < high;
    return { value, range: several ? [low, high] : null };
  }
  return { value: undefined, range: null };
}
