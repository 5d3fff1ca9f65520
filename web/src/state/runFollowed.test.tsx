// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { useRunJobs } from "./run";

/** What is told on each topic. */
const followers = new Map<string, (event: { kind: string }) => void>();

vi.mock("@/api/live", () => ({
  useLive: (topic: string, listener: (event: { kind: string }) => void) => followers.set(topic, listener),
}));
vi.mock("@/api/client", () => ({
  ask: (answer: unknown) => answer,
  api: { GET: async () => ({ jobs: [] }) },
}));

afterEach(() => vi.useRealTimers());

test("what waits for one run does not hold up the next that is shown", () => {
  vi.useFakeTimers();
  const asked = vi.spyOn(queries, "invalidateQueries").mockResolvedValue();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { rerender, unmount } = renderHook(({ run }) => useRunJobs(run), {
    wrapper,
    initialProps: { run: "one" },
  });
  followers.get("run:one")?.({ kind: "job" });
  rerender({ run: "two" });
  followers.get("run:two")?.({ kind: "subscribed" });
  vi.advanceTimersByTime(10_000);
  expect(asked.mock.calls.map(([filters]) => filters?.queryKey)).toContainEqual(["run", "two"]);
  unmount();
});
