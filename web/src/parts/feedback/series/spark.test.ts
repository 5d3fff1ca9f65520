import { expect, test } from "vitest";
import { sparkPaths } from "./spark";

test("a line fills its surface and is broken where there is no number", () => {
  expect(sparkPaths([0, 1, 2], [0, null, 10], 83, 23).line).toBe("M1.5 21.5M81.5 1.5");
  expect(sparkPaths([0, 1], [0, 10], 83, 23)).toEqual({
    line: "M1.5 21.5L81.5 1.5",
    area: "M1.5 23L1.5 21.5L81.5 1.5L81.5 23Z",
  });
});

test("one value is a dot, equal values are a level line, and none is nothing", () => {
  expect(sparkPaths([5], [1], 80, 20).line).toBe("M40 10h.01");
  expect(sparkPaths([0, 1], [3, 3], 83, 20).line).toBe("M1.5 10L81.5 10");
  expect(sparkPaths([0], [null], 80, 20)).toEqual({ line: "", area: "" });
});
