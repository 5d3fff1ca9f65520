/** Times, durations, sizes and numbers as people read them. Times are UTC text, durations seconds, sizes bytes. */

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 minutes ago`, `yesterday`, `just now`. */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.min(Date.parse(time) - now, 0) / 1000; // a clock that is ahead tells of no future
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : `${Math.round(-seconds)} s ago`;
}

/** The exact time where the person is. */
export const exact = (time: string): string =>
  new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** `0.4 s`, `12 s`, `3:07`, `2:03:07`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.max(seconds, 0).toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return hours > 0
    ? `${hours}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** Seconds between two times; up to now when there is no second one. */
export const between = (from: string, to: string | null, now = Date.now()): number =>
  ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000;

/** `912 bytes`, `3.4 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return size === 1 ? "1 byte" : `${size} bytes`;
  let rest = size;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    rest /= 1000;
    if (rest < 999.5) return `${rest < 9.95 ? rest.toFixed(1) : Math.round(rest)} ${unit}`;
  }
  return `${Math.round(rest / 1000)} PB`;
}

/** Four digits that matter: `0.9889`, `12 500`, `1.2e-5`. */
export function number(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return value.toExponential(2).replace("e+", "e").replace("-", "−");
  if (Number.isInteger(value)) return value.toLocaleString("en").replaceAll(",", " ").replace("-", "−");
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/** `1 job`, `3 jobs`. */
export const count = (many: number, noun: string): string =>
  `${number(many)} ${noun}${many === 1 ? "" : "s"}`;
