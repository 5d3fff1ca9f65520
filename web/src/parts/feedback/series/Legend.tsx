/** The lines of a chart with their values: at the cursor, else the last. A table, so that it can be read aloud. */
import { shortNumber } from "../numbers";
import css from "./chart.module.css";
import type { Curve } from "./curve";
import { lastWords } from "./curve";
import type { PointedValue } from "./Plot";
import { COLOURS, dashOf } from "./strokes";

export interface LegendEntry {
  curve: Curve;
  label: string;
  /** At the cursor; left out when it is not over the chart. */
  pointed?: PointedValue;
}

interface LegendProps {
  entries: readonly LegendEntry[];
  place: string | null;
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
  title: string;
  isSmoothed: boolean;
}

export function Legend({ entries, place, hidden, onToggle, title, isSmoothed }: LegendProps) {
  const isSum = entries.some(({ pointed }) => pointed?.range);
  const what = place === null ? "value" : isSmoothed ? "smoothed" : isSum ? "mean" : "value";
  return (
    <div className={css.legendBox} tabIndex={entries.length > 8 ? 0 : undefined}>
      <table className={css.legend} aria-label={`Values of ${title}`}>
        <thead>
          <tr>
            <th scope="col">{place ?? "last"}</th>
            <th scope="col" style={{ textAlign: "right" }}>
              {what}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ curve, label, pointed }, at) => (
            <tr key={curve.key}>
              <td>
                <button
                  type="button"
                  className={css.name}
                  aria-pressed={!hidden.has(curve.key)}
                  onClick={() => onToggle(curve.key)}
                >
                  <Swatch number={at} />
                  <span title={label}>{label}</span>
                </button>
              </td>
              <td className={css.value}>
                {place === null ? lastWords(curve) : pointed && <Pointed {...pointed} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value with the range that it sums up, in small: `0.18 – 0.31  0.25`. */
function Pointed({ value, range }: PointedValue) {
  if (value === undefined) return null;
  return (
    <>
      {range && (
        <small className={css.range}>
          {shortNumber(range[0])} – {shortNumber(range[1])}
        </small>
      )}
      {shortNumber(value)}
    </>
  );
}

export function Swatch({ number }: { number: number }) {
  return (
    <svg className={css.swatch} width="22" height="6" aria-hidden>
      <line
        x1="0"
        y1="3"
        x2="22"
        y2="3"
        stroke={`var(--k${number % COLOURS})`}
        strokeWidth="2"
        strokeDasharray={dashOf(number)}
      />
    </svg>
  );
}
