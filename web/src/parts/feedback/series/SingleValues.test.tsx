// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Curve } from "./curve";
import { SingleValues, sharesOf } from "./SingleValues";

const once = (key: string, value: number | null, step = 0): Curve => ({
  key,
  run: key,
  job: "j",
  jobName: "evaluate",
  name: "accuracy",
  began: 100,
  points: 1,
  exact: true,
  x: [step],
  time: [100],
  min: [value],
  max: [value],
  mean: [value],
  odd: value === null ? [{ x: step, time: 100, what: "NaN" }] : [],
  last: value,
  lastOdd: value === null ? "NaN" : null,
});

afterEach(cleanup);

test("one value is a number with the step at which it was logged", () => {
  const { container } = render(
    <SingleValues title="accuracy" curves={[once("a", 0.986111111, 12)]} labels={["accuracy"]} yLabel="%" />,
  );
  expect(container.textContent).toBe("0.98611 %at step 12");
  expect(screen.queryByRole("table")).toBeNull();
});

test("what was logged without a step says none, and what is no number says what it is", () => {
  const { container } = render(<SingleValues title="loss" curves={[once("a", null)]} labels={["loss"]} />);
  expect(container.textContent).toBe("NaN");
});

test("a count has all its digits", () => {
  const counts = [once("a", 421642), once("b", 25557032), once("c", -7)];
  render(<SingleValues title="parameters" curves={counts} labels={["small", "large", "odd"]} />);
  const values = screen.getAllByRole("row").map((row) => row.lastChild?.textContent);
  expect(values).toEqual(["421\u202f642", "25\u202f557\u202f032", "-7"]);
});

test("of several runs each has a row, with a bar from a common zero", () => {
  render(
    <SingleValues title="accuracy" curves={[once("a", 0.5), once("b", 1)]} labels={["rate 1", "rate 2"]} />,
  );
  const rows = screen.getAllByRole("row").map((row) => row.textContent);
  expect(rows).toEqual(["rate 10.5", "rate 21"]);
});

test("bars begin at zero, to the left of it where a value is below", () => {
  expect(sharesOf([0.5, 1])).toEqual([
    [0, 50],
    [0, 100],
  ]);
  expect(sharesOf([-1, 3, null])).toEqual([
    [0, 25],
    [25, 75],
    [0, 0],
  ]);
  expect(sharesOf([0, 0])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});
