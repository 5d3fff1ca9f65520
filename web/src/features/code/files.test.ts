// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { useToasts } from "@/state/toasts";
import { isLookedAt, renameFile } from "./files";

vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: { POST: async () => undefined },
}));

test("a new name and its way back say which file goes where", async () => {
  const moves: string[] = [];
  await renameFile("p", "utils/a.py", "utils/b.py", (from, to) => moves.push(`${from} to ${to}`));
  await useToasts.getState().toasts.at(-1)?.undo?.();
  expect(moves).toEqual(["utils/a.py to utils/b.py", "utils/b.py to utils/a.py"]);
});

test("a file is looked at as long as the address says so", () => {
  window.history.replaceState(null, "", "/projects/p/code?path=utils%2Fb.py&line=3");
  expect(isLookedAt("p", "utils/b.py")).toBe(true);
  expect(isLookedAt("p", "utils/a.py")).toBe(false);
  window.history.replaceState(null, "", "/projects/p/runs?path=utils%2Fb.py");
  expect(isLookedAt("p", "utils/b.py")).toBe(false);
});
