import { describe, expect, test } from "vitest";
import { ago, bytes, count, duration, number } from "./time";

describe("what people read", () => {
  test.each([
    [0.04, "0.0 s"],
    [9.94, "9.9 s"],
    [12.7, "12 s"],
    [187, "3:07"],
    [7387, "2:03:07"],
  ])("%d seconds are %s", (seconds, words) => expect(duration(seconds)).toBe(words));

  test.each([
    [1, "1 byte"],
    [912, "912 bytes"],
    [3_400_000, "3.4 MB"],
    [12_000_000_000, "12 GB"],
  ])("%d bytes are %s", (size, words) => expect(bytes(size)).toBe(words));

  test.each([
    [0.98889, "0.9889"],
    [12_500, "12 500"],
    [0.000012, "1.20e−5"],
    [-3, "−3"],
    [null, "not a number"],
    [Number.POSITIVE_INFINITY, "∞"],
  ])("%s is written %s", (value, words) => expect(number(value)).toBe(words));

  test("times are told from now", () => {
    const now = Date.parse("2026-05-14T09:00:00Z");
    const told = (time: string) => ago(time, now);
    expect(told("2026-05-14T08:59:57Z")).toBe("just now");
    expect(told("2026-05-14T08:59:30Z")).toBe("30 s ago");
    expect(told("2026-05-14T08:57:00Z")).toBe("3 minutes ago");
    expect(told("2026-05-13T08:57:00Z")).toBe("yesterday");
    expect(told("2026-05-14T09:00:12Z")).toBe("just now");
  });

  test("nouns follow their number", () => {
    expect(count(1, "job")).toBe("1 job");
    expect(count(3, "job")).toBe("3 jobs");
  });
});
