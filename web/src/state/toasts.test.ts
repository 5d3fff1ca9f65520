import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dismiss, done, failed, hold, leavePage, nothing, release, useToasts } from "./toasts";

const shown = () => useToasts.getState().toasts.map(({ message }) => message);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const { id } of useToasts.getState().toasts) dismiss(id);
  vi.useRealTimers();
});

test("what is done goes after a while, what went wrong stays", () => {
  done("Deleted.");
  failed(new Error("The disk is full."));
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(["The disk is full."]);
});

test("why nothing was done goes after a while, and with the page", () => {
  nothing(new Error("Nothing is selected."));
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual([]);
  nothing("Nothing is selected.");
  failed(new Error("The disk is full."));
  done("Deleted.");
  leavePage();
  expect(shown()).toEqual(["The disk is full.", "Deleted."]);
});

test("a toast stays while somebody is at it", () => {
  const id = done("Deleted.", () => {});
  hold(id);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(["Deleted."]);
  release(id);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual([]);
});

test("new ones push out what is done, never what went wrong", () => {
  failed(new Error("The disk is full."));
  for (const number of [1, 2, 3, 4, 5]) done(`${number} is done.`);
  expect(shown()).toEqual(["The disk is full.", "3 is done.", "4 is done.", "5 is done."]);
});
