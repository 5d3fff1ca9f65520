// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CompareFigures } from "./CompareFigures";
import { FigureGrid } from "./FigureGrid";

/** What is known of the figures of each run. */
const known: Record<
  string,
  { data?: object[]; error: Error | null; isPending: boolean; refetch: () => void }
> = {};
const refetch = vi.fn();

vi.mock("./figures/useFigures", () => ({ useFigures: (run: string) => known[run] }));
vi.mock("./FigureView", () => ({ FigureView: ({ run }: { run: string }) => <p>the figure of {run}</p> }));

const FIGURE = { job: "j", job_name: "train", figure: "loss" };
const LOST = new Error("The server cannot be reached.");

beforeEach(() => {
  refetch.mockClear();
  known.there = { data: [FIGURE], error: null, isPending: false, refetch };
  known.stale = { data: [FIGURE], error: LOST, isPending: false, refetch };
  known.lost = { error: LOST, isPending: false, refetch };
  known.empty = { data: [], error: null, isPending: false, refetch };
});
afterEach(cleanup);

const shown = (view: React.ReactNode) => {
  render(<MantineProvider>{view}</MantineProvider>);
  return document.body.textContent ?? "";
};

test("figures that are there stay when they cannot be asked for again", () => {
  expect(shown(<FigureGrid run="stale" />)).toContain("the figure of stale");
});

test("figures that did not come are not said not to be", () => {
  const words = shown(<CompareFigures runs={["lost", "empty"]} />);
  expect(words).toContain("The figures cannot be shown");
  expect(words).not.toContain("None of these runs shows a figure.");
});

test("where one run's figures are missing, the others are shown, and it can be tried again", () => {
  const words = shown(<CompareFigures runs={["there", "lost"]} names={{ lost: "train 1" }} />);
  expect(words).toContain("the figure of there");
  expect(words).toContain("Figures of train 1 are missing: The server cannot be reached.");
  expect(words).not.toContain("This run has no such figure.");
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(refetch).toHaveBeenCalledOnce();
});

test("where there are none, that is said", () => {
  expect(shown(<CompareFigures runs={["empty"]} />)).toContain("None of these runs shows a figure.");
});
