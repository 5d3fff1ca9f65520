/** Numbers as a person reads them. */

/** A value of a metric: whole numbers below a million as they are, others in at most five significant digits. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(5)));
}

/** Bytes: `812 B`, `1.4 MB`. */
export function size(bytes: number): string {
  let left = bytes;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (left < 999.5) return `${unit === "B" || left >= 99.5 ? Math.round(left) : left.toFixed(1)} ${unit}`;
    left /= 1000;
  }
  return `${left.toFixed(1)} TB`;
}

/** A count with thin spaces between thousands. */
export const count = (number: number): string => number.toLocaleString("en-US").replaceAll(",", "\u202f");
