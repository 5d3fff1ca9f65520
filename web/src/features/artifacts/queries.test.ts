import { beforeEach, expect, test, vi } from "vitest";
import { useToasts } from "@/state/toasts";
import { remove } from "./queries";

/** Artifacts that cannot be removed, and who needs the others. */
const refused = new Set<string>();
const needing: Record<string, { id: string }[]> = {};
const restored: string[] = [];

vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: {
    DELETE: async (_: string, { params }: { params: { path: { artifact: string } } }) => {
      const { artifact } = params.path;
      if (refused.has(artifact)) throw new Error("It is in use.");
      return { needed_by: needing[artifact] ?? [] };
    },
    POST: async (_: string, { params }: { params: { path: { artifact: string } } }) =>
      void restored.push(params.path.artifact),
  },
}));

const THREE = ["one", "two", "three"].map((id) => ({ id, name: id }));
const said = () => useToasts.getState().toasts.map(({ message }) => message);

beforeEach(() => {
  useToasts.setState({ toasts: [] });
  refused.clear();
  for (const id of Object.keys(needing)) delete needing[id];
  restored.length = 0;
});

test("of several, those that could be deleted are, and can be brought back", async () => {
  refused.add("two");
  expect((await remove(THREE)).map(({ id }) => id)).toEqual(["one", "three"]);
  expect(said()).toEqual(["two was not deleted: It is in use.", "Deleted 2 artifacts."]);
  await useToasts.getState().toasts.at(-1)?.undo?.();
  expect(restored).toEqual(["one", "three"]);
});

test("where none could be deleted, none is said to be", async () => {
  for (const { id } of THREE) refused.add(id);
  expect(await remove(THREE)).toEqual([]);
  expect(said()).toEqual(["3 artifacts were not deleted: It is in use."]);
});

test("a run that needs several of them is told of once", async () => {
  needing.one = needing.two = [{ id: "a" }];
  needing.three = [{ id: "b" }];
  await remove(THREE.slice(0, 2));
  await remove(THREE);
  expect(said()).toEqual([
    "Deleted 2 artifacts. 1 run that goes on still needs it.",
    "Deleted 3 artifacts. 2 runs that go on still need it.",
  ]);
});
