// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Curve } from "./curve";
import { Legend } from "./Legend";
import { type PointedValue, valueAt } from "./Plot";
import { tableOf } from "./table";

const CURVE = {
  key: "run/job/loss",
  name: "loss",
  exact: false,
  x: [0, 100, 200],
  time: [0, 1, 2],
  min: [1, 2, 5],
  max: [3, 4, 5],
  mean: [2, 3, 5],
  odd: [],
  last: 7,
  lastOdd: null,
} as unknown as Curve;
const LOOK = { axis: "step", logX: false, logY: false, smoothing: 0, band: true } as const;

function shown(pointed?: PointedValue, isSmoothed = false): string[] {
  const { container } = render(
    <MantineProvider>
      <Legend
        title="loss"
        entries={[{ curve: CURVE, label: "loss", pointed }]}
        place={pointed ? "step 100" : null}
        hidden={new Set()}
        onToggle={() => {}}
        isSmoothed={isSmoothed}
      />
    </MantineProvider>,
  );
  const words = [screen.getAllByRole("columnheader")[1]!, container.querySelector("td:last-child")!];
  return words.map((word) => word.textContent ?? "");
}

afterEach(cleanup);

test("without a cursor it tells the last value", () => expect(shown()).toEqual(["value", "7"]));

test("an entry that sums up several values tells their mean, and from where to where they go", () =>
  expect(shown(valueAt(tableOf([CURVE], LOOK), 0, 1))).toEqual(["mean", "2 – 43"]));

test("an entry that is one value tells that", () =>
  expect(shown(valueAt(tableOf([CURVE], LOOK), 0, 2))).toEqual(["value", "5"]));

test("a smoothed value is called so", () => {
  const table = tableOf([CURVE], { ...LOOK, smoothing: 0.5 });
  expect(shown(valueAt(table, 0, 1), true)[0]).toBe("smoothed");
});

test("a curve that begins later has nothing at a place before", () => {
  const later = { ...CURVE, x: [150, 250, 350] };
  const table = tableOf([CURVE, later], LOOK);
  expect(valueAt(table, 1, 0)).toEqual({ value: undefined, range: null });
  expect(valueAt(table, 1, 3)).toEqual({ value: 2, range: [1, 3] });
});
