import { expect, test } from "vitest";
import { isDay, sinceTime, sinceWords, untilTime, untilWords } from "./when";

test("a span reaches back from now", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  expect(sinceTime("7d", now)).toBe("2026-11-14T12:00:00.000Z");
  expect(sinceWords("7d")).toBe("in the last 7 days");
});

test("days are whole where the person is, the last one too", () => {
  expect(sinceTime("2026-03-01")).toBe(new Date(2026, 2, 1).toISOString());
  expect(untilTime("2026-02-28")).toBe(new Date(2026, 2, 1).toISOString());
  expect([sinceWords("2026-03-01"), untilWords("2026-03-02")]).toEqual(["from 1 Mar 2026", "to 2 Mar 2026"]);
});

test("what is no day is not taken for one", () => {
  expect(["2026-02-01", "2026-13-01", "7d", "2026-2-1", ""].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
