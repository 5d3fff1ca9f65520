// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import type { DragEvent } from "react";
import { MemoryRouter } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { useToasts } from "@/state/toasts";
import { droppedArchive } from "./importing";
import { bringIn } from "./queries";
import { useImporting } from "./useImporting";

vi.mock("./importing", () => ({ droppedArchive: vi.fn(), folderArchive: vi.fn() }));
vi.mock("./queries", () => ({ bringIn: vi.fn() }));

beforeEach(() => useToasts.setState({ toasts: [] }));

async function dropped(): Promise<string[]> {
  const { result } = renderHook(() => useImporting(), { wrapper: MemoryRouter });
  await act(async () => result.current.drop.onDrop({ preventDefault: () => {} } as DragEvent));
  return useToasts.getState().toasts.map(({ message }) => message);
}

test("what cannot be read, or is no project, is not passed over in silence", async () => {
  vi.mocked(droppedArchive).mockRejectedValueOnce(new Error("It is gone."));
  expect(await dropped()).toEqual(["Nothing was imported: It is gone."]);
  vi.mocked(droppedArchive).mockResolvedValueOnce(null);
  expect((await dropped()).at(-1)).toBe("Nothing was imported: Drop one zip or tar file, or one folder.");
});

test.each([
  [0, "Imported digits"],
  [1, "Imported digits, without 1 link or cache"],
  [3, "Imported digits, without 3 links and caches"],
])("%d things that were left out are told", async (many, words) => {
  vi.mocked(droppedArchive).mockResolvedValueOnce(new Blob());
  const skipped = Array.from({ length: many }, (_, place) => `link${place}`);
  vi.mocked(bringIn).mockResolvedValueOnce({ project: { id: "p", name: "digits" }, skipped } as never);
  expect(await dropped()).toEqual([words]);
});
