// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { SavedMark } from "./SavedMark";

afterEach(cleanup);

type Shown = Parameters<typeof SavedMark>[0]["document"];
const SAVED: Shown = {
  status: "live",
  trouble: null,
  unsaved: false,
  savedAt: new Date().toISOString(),
  path: "operations/train.py",
};

const told = (changes: Partial<Shown>) => {
  cleanup();
  render(
    <MantineProvider>
      <SavedMark document={{ ...SAVED, ...changes }} />
    </MantineProvider>,
  );
  return screen.getByRole("status");
};

test("that it is saved is read out once, and not how long ago each second", () => {
  expect(told({}).textContent).toBe("saved");
  expect(told({}).parentElement?.querySelector("time")?.textContent).toBe("just now");
});

test.each<[Partial<Shown>, string]>([
  [{ unsaved: true }, "saving…"],
  [{ status: "offline", unsaved: true }, "offline, kept here"],
  [{ status: "readonly" }, "read only"],
  [{ trouble: { message: "The disk is full." } as Shown["trouble"] }, "not saved"],
])("%o is told as %s", (changes, words) => {
  const status = told(changes);
  expect(status.textContent).toBe(words);
  expect(status.parentElement?.querySelector("time")).toBeNull();
});
