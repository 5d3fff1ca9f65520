/** A metric that was logged once: the value as a number; of several runs, jobs or metrics a bar for each. */
import { count, shortNumber } from "../numbers";
import css from "./chart.module.css";
import { type Curve, lastWords } from "./curve";

interface SingleValuesProps {
  title: string;
  curves: readonly Curve[];
  /** What each is called. */
  labels: readonly string[];
  xLabel?: string;
  yLabel?: string;
}

export function SingleValues({ title, curves, labels, xLabel = "step", yLabel }: SingleValuesProps) {
  const [first] = curves;
  const place = (curve: Curve) => `at ${xLabel} ${shortNumber(curve.x[0])}`;
  const exactly = (curve: Curve) => `${curve.mean[0] ?? lastWords(curve)} ${place(curve)}`;
  if (first && curves.length === 1)
    return (
      <p className={css.only} title={exactly(first)}>
        <span>
          <b>{shown(first)}</b>
          {yLabel && ` ${yLabel}`}
        </span>
        {first.x[0] !== 0 && <small>{place(first)}</small>}
      </p>
    );
  const shares = sharesOf(curves.map(({ mean }) => mean[0] ?? null));
  return (
    <table className={css.single} aria-label={`Values of ${title}`}>
      <tbody>
        {curves.map((curve, at) => (
          <tr key={curve.key} title={exactly(curve)}>
            <th scope="row">{labels[at]}</th>
            <td className={css.share} aria-hidden>
              <i style={{ marginLeft: `${shares[at]![0]}%`, width: `${shares[at]![1]}%` }} />
            </td>
            <td className={css.value}>{shown(curve)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A count, such as that of parameters, with all its digits. */
function shown(curve: Curve): string {
  const [value] = curve.mean;
  return Number.isSafeInteger(value) ? count(value as number) : lastWords(curve);
}

/** Where each bar begins and how long it is, in per cent: all from one zero, which is in view. */
export function sharesOf(values: readonly (number | null)[]): [from: number, width: number][] {
  const known = values.filter((value) => value !== null);
  const least = Math.min(0, ...known);
  const span = Math.max(0, ...known) - least;
  return values.map((value) => {
    if (value === null || span === 0) return [0, 0];
    const [from, to] = value < 0 ? [value, 0] : [0, value];
    return [(100 * (from - least)) / span, (100 * (to - from)) / span];
  });
}
