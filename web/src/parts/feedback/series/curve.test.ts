import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesLine } from "./batch";
import { curveOf, extended, inOrder, lastWords, type OddWord, placesOf, smoothed, stretchOf } from "./curve";
import { matching, plansOf } from "./groups";
import { placeRange } from "./plot";
import { tableOf } from "./table";

function line(values: (number | null)[], skip = 0, total = skip + values.length): SeriesLine {
  const x = values.map((_, at) => skip + at);
  return {
    run: "r",
    job: "j",
    job_name: "train",
    name: "loss",
    began: 100,
    skip,
    points: {
      name: "loss",
      job: "j",
      points: total,
      x,
      time: x.map((step) => 100 + step),
      min: values,
      max: values,
      mean: values,
      exact: true,
      odd: values.flatMap((value, at) => (value === null ? [{ at, what: "NaN" as const }] : [])),
      last: values.at(-1) ?? null,
    },
  };
}
const look = { axis: "step", logX: false, logY: false, smoothing: 0, band: true } as const;

test("points that follow are appended, with what is no number", () => {
  const curve = extended(curveOf(line([1, 2])), line([3, null], 2), 100)!;
  expect([curve.x, curve.mean, curve.points]).toEqual([[0, 1, 2, 3], [1, 2, 3, null], 4]);
  expect(curve.odd).toEqual([{ x: 3, time: 103, what: "NaN" }]);
});

test("points that do not follow, or are too many, make it be asked for again", () => {
  const curve = curveOf(line([1, 2]));
  expect(extended(curve, line([9], 5), 100)).toBe(null);
  expect(extended(curve, line([3, 4, 5], 2), 4)).toBe(null);
  expect(extended(curve, line([], 2), 100)).toBe(curve);
});

test("however long it goes on, a curve has no more entries than it may", () => {
  let curve = curveOf(line([0]));
  for (let step = 1; step < 5000; step++)
    curve = extended(curve, line([step], step), 500) ?? { ...curveOf(line([0])), points: step + 1 };
  expect(curve.x.length).toBeLessThanOrEqual(500);
});

test("the axis is the step, the time, or the time since the first point", () => {
  const curve = curveOf(line([1, 2]));
  expect([placesOf(curve, "step"), placesOf(curve, "time"), placesOf(curve, "relative")]).toEqual([
    [0, 1],
    [100, 101],
    [0, 1],
  ]);
});

test("steps that begin again are put in order, and those at one place made one", () => {
  const columns = {
    x: [0, 1, 2, 1],
    time: [0, 1, 2, 3],
    min: [1, 5, 3, 4],
    max: [1, 5, 3, 9],
    mean: [1, 5, 3, 7],
  };
  expect(inOrder([0, 1, 2, 1], columns)).toEqual({
    place: [0, 1, 2],
    x: [0, 1, 2],
    time: [0, 1, 2],
    min: [1, 4, 3],
    max: [1, 9, 3],
    mean: [1, 7, 3],
  });
});

test("smoothing keeps within the values, begins at the first, and leaves gaps", () => {
  expect(smoothed([1, null, 3], 0.5)).toEqual([1, null, (0.5 + 3) / 1.5]);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (values, weight) => {
        const found = smoothed(values, weight) as number[];
        expect(found[0]).toBeCloseTo(values[0]!, 6);
        expect(Math.max(...found)).toBeLessThanOrEqual(Math.max(...values) + 1e-3);
        expect(Math.min(...found)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-3);
      },
    ),
  );
});

test("a table has four columns for each curve, aligned on all places", () => {
  const one = curveOf(line([1, 2, 3]));
  const other = { ...curveOf(line([5], 1)), key: "other" };
  const table = tableOf([one, other], { ...look, smoothing: 0.5 });
  expect(table.length).toBe(1 + 2 * 4);
  expect(table[0]).toEqual([0, 1, 2]);
  expect(table[2]).toEqual([1, 2, 3]);
  expect(table[5]).toEqual([undefined, 5, undefined]);
});

test("on logarithmic axes what is not positive is a gap, and step 0 is left out", () => {
  const table = tableOf([curveOf(line([1, -2, 0, 4]))], { ...look, logX: true, logY: true });
  expect([table[0], table[1]]).toEqual([
    [1, 2, 3],
    [null, null, 4],
  ]);
});

/** As if its last entry summed up several points. */
function summedUp(last: number | null, odd: readonly OddWord[] = []): SeriesLine {
  const found = line([1, 2]);
  const words = odd.map((what) => ({ at: 1, what }));
  return { ...found, points: { ...found.points, exact: false, last, odd: words } };
}

test("the last value is the one that came last, not the mean of the entry that sums it up", () => {
  expect(lastWords(curveOf(line([1, 2])))).toBe("2");
  expect(lastWords(curveOf(summedUp(0.25)))).toBe("0.25");
  expect(lastWords(extended(curveOf(line([1])), { ...summedUp(0.5), skip: 1 }, 100)!)).toBe("0.5");
});

test("a last value that is no finite number is told by its word, where it is known", () => {
  expect(lastWords(curveOf(line([1, null])))).toBe("NaN");
  expect(lastWords(curveOf(summedUp(null, ["inf"])))).toBe("inf");
  expect(lastWords(curveOf(summedUp(null, ["NaN", "inf"])))).toBe("not finite");
  expect(lastWords(curveOf(summedUp(0.25, ["NaN"])))).toBe("0.25");
});

test("the last value of a stretch in detail is that of the whole", () => {
  const stretch = stretchOf(curveOf(line([1, 2, 3])), curveOf(line([1, null])));
  expect([stretch.x, lastWords(stretch)]).toEqual([[0, 1], "3"]);
});

test("metrics of one kind share a chart, and graphs of user code are charts", () => {
  const graph = { title: "Fit", xlabel: "epoch", lines: [{ name: "a", series: "Fit/a" }] };
  const plans = plansOf(["train/loss", "val/loss", "lr", "Fit/a", "opt/beta"], [graph]);
  expect(plans).toEqual([
    { title: "Fit", names: ["Fit/a"], xLabel: "epoch", yLabel: undefined },
    { title: "loss", names: ["train/loss", "val/loss"] },
    { title: "lr", names: ["lr"] },
    { title: "opt/beta", names: ["opt/beta"] },
  ]);
  expect(matching(plans, "VAL los").map(({ title }) => title)).toEqual(["loss"]);
  expect(matching(plans, "")).toEqual(plans);
});

test("a single point lies in the middle, more fill the width", () => {
  const range = (first: number | null, last: number | null) => placeRange({} as never, first!, last!, "x");
  expect(range(12, 12)).toEqual([11, 13]);
  expect(range(0, 300)).toEqual([0, 300]);
  expect(range(null, null)).toEqual([null, null]);
});
