/** When a run was asked for: in a span up to now, or on days, as an address says it and as the server is asked. */

const HOUR = 3_600_000;

/** What an address says of each span, its words and its milliseconds. */
const SPANS: Readonly<Record<string, { words: string; long: number }>> = {
  "1h": { words: "the last hour", long: HOUR },
  "24h": { words: "the last 24 hours", long: 24 * HOUR },
  "7d": { words: "the last 7 days", long: 7 * 24 * HOUR },
  "30d": { words: "the last 30 days", long: 30 * 24 * HOUR },
};

export const spans = Object.entries(SPANS).map(([value, { words }]) => ({ value, label: `In ${words}` }));

export const isSpan = (when: string): boolean => Object.hasOwn(SPANS, when);

export const isDay = (when: string): boolean => /^\d{4}-\d\d-\d\d$/.test(when) && startOf(when) !== null;

/** The first moment that counts. */
export function sinceTime(when: string, now = Date.now()): string | undefined {
  const span = SPANS[when];
  return span ? new Date(now - span.long).toISOString() : startOf(when)?.toISOString();
}

/** The first moment behind a day. */
export function untilTime(day: string): string | undefined {
  const start = startOf(day);
  start?.setDate(start.getDate() + 1);
  return start?.toISOString();
}

export const sinceWords = (when: string): string => {
  const span = SPANS[when];
  return span ? `in ${span.words}` : `from ${dayWords(when)}`;
};

export const untilWords = (day: string): string => `to ${dayWords(day)}`;

const dayWords = (day: string): string =>
  startOf(day)?.toLocaleDateString("en-GB", { dateStyle: "medium" }) ?? day;

/** The midnight with which a day begins where the person is. */
function startOf(day: string): Date | null {
  const start = new Date(`${day}T00:00`);
  return Number.isNaN(start.getTime()) ? null : start;
}
