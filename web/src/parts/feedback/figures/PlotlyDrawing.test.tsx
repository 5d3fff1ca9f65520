// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PlotlyDrawing } from "./PlotlyDrawing";

const plotly = vi.hoisted(() => ({ fetched: 0, react: vi.fn(), purge: vi.fn() }));

vi.mock("plotly.js-strict-dist-min", () => ({
  get default() {
    plotly.fetched += 1;
    return plotly;
  },
}));

beforeEach(() => {
  plotly.fetched = 0;
  plotly.react.mockReset();
  plotly.react.mockImplementation(async (element: HTMLElement) => element.classList.add("js-plotly-plot"));
  plotly.purge.mockReset();
});
afterEach(() => vi.unstubAllGlobals());

/** Versions of a figure, of which the server has those that begin with `good` or `odd`. */
function shown(digest: string) {
  vi.stubGlobal("fetch", async (path: string) =>
    /good|odd/.test(path) ? Response.json({ data: [], layout: {} }) : new Response("", { status: 404 }),
  );
  const client = new QueryClient();
  const of = (version: string) => (
    <MantineProvider>
      <QueryClientProvider client={client}>
        <PlotlyDrawing digest={version} title="Loss" picture="loss.svg" />
      </QueryClientProvider>
    </MantineProvider>
  );
  const { rerender, unmount } = render(of(digest));
  return { unmount, show: (version: string) => rerender(of(version)) };
}

const drawing = () => screen.getByRole("group", { name: "Loss", hidden: true });

test("a version that can be drawn is shown after one that could not", async () => {
  plotly.react.mockRejectedValueOnce(new Error("no such kind of trace"));
  const { show, unmount } = shown("odd");
  expect(await screen.findByText(/no such kind of trace/)).toBeTruthy();
  expect(screen.getByAltText("Loss")).toBeTruthy();
  show("good");
  await waitFor(() => expect(screen.queryByText(/no such kind of trace/)).toBe(null));
  await waitFor(() => expect(screen.queryByAltText("Loss")).toBe(null));
  expect(drawing().closest("[hidden]")).toBe(null);
  unmount();
});

test("the picture stands in for a version that cannot be drawn after one that could", async () => {
  const { show, unmount } = shown("good");
  await waitFor(() => expect(screen.queryByAltText("Loss")).toBe(null));
  show("gone");
  expect(await screen.findByText(/404/)).toBeTruthy();
  expect(screen.getByAltText("Loss")).toBeTruthy();
  unmount();
  await waitFor(() => expect(plotly.purge).toHaveBeenCalledTimes(1));
});

test("where nothing was drawn, Plotly is not fetched to clear it away", async () => {
  const { unmount } = shown("gone");
  expect(await screen.findByText(/404/)).toBeTruthy();
  unmount();
  await new Promise((done) => setTimeout(done, 0));
  expect(plotly.fetched).toBe(0);
});
