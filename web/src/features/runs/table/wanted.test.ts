import { expect, test } from "vitest";
import { isFiltered, nextSort, queryOf, wantedIn } from "./wanted";

test("an address says which runs are shown, and says it again when it is made anew", () => {
  const address =
    "state=running%2Cfailed&pipeline=train&author=ada&tag=best+one&since=7d&until=2026-11-20&q=digits&sort=-metric%3Aloss";
  const wanted = wantedIn(new URLSearchParams(address));
  expect(wanted.states).toEqual(["running", "failed"]);
  expect(new URLSearchParams(queryOf(wanted)).toString()).toBe(address);
});

test("what nobody chose is not in the address, and what no run can be is left out", () => {
  const wanted = wantedIn(new URLSearchParams("state=runing&since=7x&until=2026-13-01&q=+"));
  expect(wanted.states).toEqual([]);
  expect(queryOf(wanted)).toEqual({});
  expect(isFiltered(wanted)).toBe(false);
  expect(isFiltered({ ...wanted, sort: "pipeline" })).toBe(false);
  expect(isFiltered({ ...wanted, tag: "best" })).toBe(true);
});

test("choosing a header again and again goes through its orders", () => {
  expect(nextSort("-created", "duration")).toBe("-duration");
  expect(nextSort("-duration", "duration")).toBe("duration");
  expect(nextSort("duration", "duration")).toBe("-created");
});
