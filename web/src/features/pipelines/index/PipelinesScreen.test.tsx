// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { Component } from "./PipelinesScreen";

let problems: object[] = [];
vi.mock("@/api/queries", async (original) => ({
  ...(await original<typeof import("@/api/queries")>()),
  useProject: () => ({ data: { name: "p", pipelines: [], operations: [], problems }, error: null }),
}));
vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: { GET: async () => [] },
}));
vi.mock("@/api/live", () => ({ useLive: () => {} }));

afterEach(cleanup);

function shown() {
  render(
    <QueryClientProvider client={queries}>
      <MantineProvider>
        <MemoryRouter>
          <Component />
        </MemoryRouter>
      </MantineProvider>
    </QueryClientProvider>,
  );
}

test("a project whose only pipeline cannot be read says so, and leads to where it is repaired", () => {
  problems = [{ message: "It is not YAML.", place: { file: "pipelines/main.yaml" } }];
  shown();
  expect(screen.getByRole("listitem").textContent).toContain("It is not YAML.");
  expect(screen.getByRole("link", { name: "main" }).getAttribute("href")).toContain("name=main");
  expect(screen.queryByText("No pipelines yet")).toBeNull();
});

test("a project without pipelines has none yet", () => {
  problems = [{ message: "It has no class.", place: { file: "operations/a.py" } }];
  shown();
  expect(screen.getByText("No pipelines yet")).toBeDefined();
  expect(screen.queryByRole("listitem")).toBeNull();
});
