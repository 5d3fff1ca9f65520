import { expect, test } from "vitest";
import { columnsOf, metricColumn, narrowColumns } from "./columns";

const ids = (columns: { id: string }[]) => columns.map(({ id }) => id);
const all = [...columnsOf([]), metricColumn("accuracy"), metricColumn("loss")];

test("a narrow screen keeps what a run is, when, how it stands, and one value", () => {
  expect(ids(narrowColumns(all, "-created"))).toEqual(["pipeline", "created", "state", "metric:accuracy"]);
});

test("the value is the one that the runs are ordered by", () => {
  expect(ids(narrowColumns(all, "-metric:loss"))).toContain("metric:loss");
  expect(ids(narrowColumns(all, "metric:loss"))).not.toContain("metric:accuracy");
});

test("what somebody has hidden stays so", () => {
  const shown = all.filter(({ id }) => !id.startsWith("metric:") && id !== "created");
  expect(ids(narrowColumns(shown, "-created"))).toEqual(["pipeline", "state"]);
});
