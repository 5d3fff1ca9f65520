/** The drawing itself: uPlot in an element, made anew when its form changes, fed when only its points do. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Curve } from "./curve";
import { optionsOf } from "./plot";
import { strokeOf } from "./strokes";
import { type Look, tableOf } from "./table";
import type { Zoom } from "./useCurves";

export interface Pointed {
  place: number;
  /** Of each curve, in their order. */
  values: (number | null | undefined)[];
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
          const values =
            at === null ? [] : newest.current.curves.map((_, curve) => nearest(made.data[curve * 4 + 1], at));
          newest.current.onPoint(at === null ? null : { place: place!, values });
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

/** The value at an index, or the one before it where this curve has none there. */
function nearest(column: uPlot.AlignedData[number] | undefined, at: number): number | null | undefined {
  if (!column) return undefined;
  for (let index = at; index >= 0 && at - index < 200; index--) {
    const value = column[index];
    if (value !== undefined) return value as number | null;
  }
  return undefined;
}
