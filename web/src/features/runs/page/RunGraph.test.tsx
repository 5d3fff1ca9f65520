// @vitest-environment happy-dom

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { afterEvent, type Job, type Run, runKey } from "@/state/run";
import { RunGraph } from "./RunGraph";

/** The states that were drawn, in their order. */
const drawn: string[] = [];

vi.mock("@/api/live", () => ({ useLive: () => undefined }));
vi.mock("@/parts/graph/StateShape", () => ({
  StateShape: ({ state }: { state: string }) => {
    drawn.push(state);
    return null;
  },
}));

const ROW = 20;

/** A run of so many nodes in rows, each of which takes what the one before it gives. */
function made(count: number): Run {
  const names = Array.from({ length: count }, (_, place) => `node${place}`);
  const nodes = names.map((name, place) => ({
    name,
    operation: "Step",
    attributes: {},
    references: {},
    inputs: place % ROW === 0 ? {} : { data: `node${place - 1}` },
    at: [(place % ROW) * 280, Math.floor(place / ROW) * 160],
  }));
  queries.setQueryData([...runKey("r"), "document"], { run: "r", pipeline: "wide", file: "", nodes });
  queries.setQueryData(["project", "p"], { pipelines: [], operations: [] });
  const jobs = names.map(
    (name) => ({ id: `job of ${name}`, name, operation: "Step", state: "pending" }) as Job,
  );
  return { id: "r", project: "p", pipeline: "wide", state: "running", jobs } as unknown as Run;
}

const shown = (run: Run, onJob: (job: string | null) => void = () => {}, job: string | null = null) => (
  <MantineProvider>
    <QueryClientProvider client={queries}>
      <MemoryRouter>
        <RunGraph run={run} job={job} onJob={onJob} />
      </MemoryRouter>
    </QueryClientProvider>
  </MantineProvider>
);

beforeEach(() => {
  drawn.length = 0;
});
afterEach(cleanup);

test("of 300 nodes only the one is drawn again of which something was told", () => {
  const run = made(300);
  const { rerender } = render(shown(run));
  expect(drawn).toHaveLength(300);
  drawn.length = 0;
  const data = { id: "job of node7", state: "running" };
  rerender(shown(afterEvent(run, { kind: "job", data })));
  expect(screen.getByLabelText("node7, Step, running").getAttribute("role")).toBe("button");
  expect(drawn).toEqual(["running"]);
});

test("the tab key comes to one node, and arrows lead to the others", async () => {
  const choose = vi.fn();
  render(shown(made(60), choose));
  await userEvent.tab();
  expect(document.activeElement?.getAttribute("aria-label")).toBe("node0, Step, pending");
  await userEvent.keyboard("{ArrowRight}{ArrowDown}{Enter}");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("node21, Step, pending");
  expect(choose).toHaveBeenCalledWith("job of node21");
  await userEvent.tab();
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Zoom in");
});

test("of more than a thousand nodes the page tells how many there are", () => {
  render(shown(made(1001)));
  expect(screen.getByText(/The graph has 1 001 nodes/)).toBeTruthy();
  expect(drawn).toEqual([]);
});
