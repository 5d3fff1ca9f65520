// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Differences } from "./Differences";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Runs of which each has another number of epochs, on a screen that is narrow or not. */
function shown(runs: number, narrow: boolean) {
  const media = (query: string) => ({
    matches: narrow && query.includes("max-width"),
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
  vi.stubGlobal("matchMedia", media);
  const all = Array.from({ length: runs }, (_, at) => at);
  const comparison = {
    runs: all.map((at) => ({ id: `RUN${at}`.padStart(26, "0"), pipeline: "train" })),
    rows: [{ kind: "attribute", name: "train.epochs", values: all.map((at) => at + 1), differs: true }],
  };
  render(
    <MantineProvider>
      <Differences comparison={comparison as never} all={false} onFile={() => undefined} action={null} />
    </MantineProvider>,
  );
}

test("three runs are a list under each thing that differs where there is no room for columns", () => {
  shown(3, true);
  expect(screen.queryByRole("table")).toBeNull();
  const epochs = screen.getByRole("region", { name: "train.epochs" });
  expect(
    within(epochs)
      .getAllByRole("term")
      .map((term) => term.textContent),
  ).toEqual(["00RUN0", "00RUN1", "00RUN2"]);
  expect(
    within(epochs)
      .getAllByRole("definition")
      .map((value) => value.textContent),
  ).toEqual(["1", "2", "3"]);
});

test("two runs stay a table there, and so do three where there is room", () => {
  shown(2, true);
  expect(screen.getAllByRole("columnheader").length).toBe(3);
  cleanup();
  shown(3, false);
  expect(screen.getAllByRole("columnheader").length).toBe(4);
});
