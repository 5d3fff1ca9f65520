// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { useFiles } from "@/features/code/files";
import { useFigures } from "@/parts/feedback/figures/useFigures";
import { useNames } from "@/parts/feedback/series/useNames";
import { useHistory } from "@/parts/history/queries";

const get = vi.hoisted(() => vi.fn(async () => []));

vi.mock("@/api/live", () => ({ useLive: () => {}, live: { follow: () => () => {} } }));
vi.mock("@/api/client", () => ({ ApiError: Error, ask: (answer: unknown) => answer, api: { GET: get } }));

const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={queries}>{children}</QueryClientProvider>
);
const RUNS = ["r"];

// Their events are heard only while somebody shows them.
test.each<[string, () => unknown]>([
  ["the figures of a run", () => useFigures("r")],
  ["the metrics of a run", () => useNames(RUNS)],
  ["the files of a project", () => useFiles("p")],
  ["the history of a project", () => useHistory("p", null, "")],
])("who comes back to %s sees them as they are now", async (_, use) => {
  get.mockClear();
  const { unmount } = renderHook(use, { wrapper });
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  expect(get).toHaveBeenCalledTimes(1);
  unmount();
  renderHook(use, { wrapper });
  expect(get).toHaveBeenCalledTimes(2);
});
