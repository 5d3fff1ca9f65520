/** Curves as the aligned columns that uPlot draws. */
import uPlot from "uplot";
import { type Curve, inOrder, placesOf, positive, smoothed, type Value, type XAxis } from "./curve";

export interface Look {
  axis: XAxis;
  logX: boolean;
  logY: boolean;
  /** Of the moving average; 0 for none. */
  smoothing: number;
  band: boolean;
}

/** Of each curve four columns: what is drawn, the values behind it when that is smoothed, greatest, least. */
export const COLUMNS = 4;

export function tableOf(curves: readonly Curve[], look: Look): uPlot.AlignedData {
  const tables = curves.map((curve) => columnsOf(curve, look));
  if (tables.length === 0) return [[]];
  if (tables.length === 1) return tables[0]!;
  return uPlot.join(tables);
}

function columnsOf(curve: Curve, look: Look): uPlot.AlignedData {
  let sorted = inOrder(placesOf(curve, look.axis), curve);
  if (look.logX) {
    const from = sorted.place.findIndex((place) => place > 0);
    const cut = <T>(column: T[]): T[] => (from < 0 ? [] : column.slice(from));
    sorted = {
      place: cut(sorted.place),
      x: cut(sorted.x),
      time: cut(sorted.time),
      min: cut(sorted.min),
      max: cut(sorted.max),
      mean: cut(sorted.mean),
    };
  }
  const shown = look.logY ? positive : (values: Value[]) => values;
  const none: Value[] = new Array(sorted.place.length).fill(null);
  const band = look.band && !curve.exact;
  const isSmooth = look.smoothing > 0;
  return [
    sorted.place,
    shown(smoothed(sorted.mean, look.smoothing)),
    isSmooth ? shown(sorted.mean) : none,
    band ? shown(sorted.max) : none,
    band ? shown(sorted.min) : none,
  ] as uPlot.AlignedData;
}
