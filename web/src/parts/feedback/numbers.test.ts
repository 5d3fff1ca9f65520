import { expect, test } from "vitest";
import { shortNumber } from "./numbers";

test.each([
  [0.000488281, "0.00048828"],
  [0.96388889, "0.96389"],
  [123456.7, "123460"],
  [421642, "421642"],
  [-99999, "-99999"],
  [25557032, "2.556e7"],
  [1.25e-7, "1.25e-7"],
  [Number.POSITIVE_INFINITY, "inf"],
  [null, "–"],
])("%s is written as %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
