// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "@/api/client";
import { RunDoor } from "./RunDoor";

let problem: ApiError;
vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: { GET: async () => Promise.reject(problem) },
}));

afterEach(cleanup);

test.each([
  [new ApiError(404, "not_found", "No."), "There is no such run", false],
  [new ApiError(0, "unreachable", "The server cannot be reached."), "The run cannot be shown", true],
])("%s is told as it is", async (what, heading, canTry) => {
  problem = what;
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MantineProvider>
        <MemoryRouter>
          <RunDoor />
        </MemoryRouter>
      </MantineProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { name: heading });
  expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(canTry);
});
