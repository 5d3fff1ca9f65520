/** A metric as a tiny line, for nodes and tables. It follows the run, at most twice a second. */
import { memo, useMemo } from "react";
import { shortNumber } from "./numbers";
import css from "./series/chart.module.css";
import { lastValue, type Value } from "./series/curve";
import { sparkPaths } from "./series/spark";
import { useCurves } from "./series/useCurves";

interface SparklineProps {
  run: string;
  name: string;
  job?: string | null;
  width?: number;
  height?: number;
}

const ENTRIES = 100;

export const Sparkline = memo(function Sparkline({
  run,
  name,
  job,
  width = 80,
  height = 20,
}: SparklineProps) {
  const series = useMemo(() => [{ run, name, job }], [run, name, job]);
  const { curves } = useCurves(series, ENTRIES, null, "step");
  const curve = curves[0];
  return curve ? (
    <SparkPath x={curve.x} values={curve.mean} name={name} width={width} height={height} />
  ) : (
    <svg className={css.spark} width={width} height={height} aria-hidden />
  );
});

interface SparkPathProps {
  x: readonly number[];
  values: readonly Value[];
  name: string;
  width: number;
  height: number;
}

/** The drawing alone, for whoever has the points. */
export function SparkPath({ x, values, name, width, height }: SparkPathProps) {
  const { line, area } = useMemo(() => sparkPaths(x, values, width, height), [x, values, width, height]);
  return (
    <svg
      className={css.spark}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${name}, last ${shortNumber(lastValue(values))}`}
    >
      <path className={css.area} d={area} />
      <path d={line} />
    </svg>
  );
}
