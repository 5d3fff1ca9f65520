// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { createElement, type ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { LiveDocument } from "./document";
import { type Hub, newHub } from "./documentHub";
import {
  initials,
  show,
  type User,
  useFollow,
  useIntroduction,
  useMembers,
  useMyself,
  useOthers,
} from "./presence";

const wrapper = ({ children }: { children: ReactNode }) =>
  createElement(QueryClientProvider, { client: queries }, children);

let hub: Hub;

beforeEach(() => {
  vi.useFakeTimers();
  hub = newHub();
  queries.setQueryData(["session"], { user: "u1", name: "Ada", permissions: [] });
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) =>
  act(async () => void (await vi.advanceTimersByTimeAsync(milliseconds)));

async function tab(user?: Partial<User>): Promise<LiveDocument> {
  const document = new LiveDocument("p", "pipelines/train.yaml");
  document.retain();
  if (user)
    document.awareness.setLocalStateField("user", { color: "#1769aa", colorLight: "#1769aa33", ...user });
  await pass(50);
  return document;
}

test("somebody is here under the name of the account", async () => {
  const mine = await tab();
  const { result } = renderHook(
    () => {
      useIntroduction(mine);
      return useMembers(mine);
    },
    { wrapper },
  );
  await pass(50);
  expect(result.current.map((person) => [person.user.name, person.mine])).toEqual([["Ada", true]]);
});

test("a second browser of the same account is a guest with a number", async () => {
  const mine = await tab();
  await tab({ id: "u1", name: "Ada", browser: "0" });
  await tab({ id: "u1", name: "Guest 2", browser: "1" });
  renderHook(() => useIntroduction(mine), { wrapper });
  await pass(50);
  expect(mine.awareness.getLocalState()?.user.name).toBe("Guest 3");
});

test("a colour that somebody has already is given up, and what came in its place is kept from then on", async () => {
  const alone = await tab();
  const first = renderHook(() => useIntroduction(alone), { wrapper });
  await pass(50);
  const color = alone.awareness.getLocalState()?.user.color;
  first.unmount();
  const mine = await tab();
  const other = await tab({ id: "u2", name: "Bob", browser: "2", since: 1, color });
  renderHook(() => useIntroduction(mine), { wrapper });
  await pass(50);
  const second = mine.awareness.getLocalState()?.user.color;
  expect(second).not.toBe(color);
  expect(renderHook(() => useMyself(), { wrapper }).result.current.color).toBe(second);
  act(() => other.awareness.setLocalState(null));
  await pass(50);
  expect(mine.awareness.getLocalState()?.user.color).toBe(second);
});

test("a name that was chosen is shown to all at once", async () => {
  const mine = await tab();
  const other = await tab();
  const { result } = renderHook(
    () => {
      useIntroduction(mine);
      return useMyself();
    },
    { wrapper },
  );
  await pass(50);
  act(() => result.current.rename("  Grace Hopper "));
  await pass(50);
  const names = [...other.awareness.getStates().values()].flatMap((state) => state.user?.name ?? []);
  expect(names).toEqual(["Grace Hopper"]);
  act(() => result.current.rename(""));
});

test("moves of the pointer are sent at most thirty times a second, the last one always", async () => {
  const mine = await tab({ id: "u1", name: "Ada", browser: "0" });
  const other = await tab();
  let sent = 0;
  other.awareness.on("update", () => {
    sent += 1;
  });
  for (let step = 0; step < 100; step++) {
    show(mine, { cursor: [step, 0] });
    await pass(5);
  }
  await pass(50);
  expect(sent).toBeLessThanOrEqual(17);
  expect(other.awareness.getStates().get(mine.doc.clientID)?.cursor).toEqual([99, 0]);
});

test("who only shows who is here does not draw again when somebody moves", async () => {
  const mine = await tab({ id: "u1", name: "Ada", browser: "1" });
  const other = await tab({ id: "u2", name: "Bob", browser: "2" });
  const drawn = { members: 0, others: 0, followed: 0 };
  const count = (what: keyof typeof drawn, use: () => unknown) =>
    renderHook(
      () => {
        drawn[what] += 1;
        return use();
      },
      { wrapper },
    );
  count("members", () => useMembers(mine));
  count("others", () => useOthers(mine));
  count("followed", () => useFollow(mine));
  await pass(50);
  const before = { ...drawn };
  show(mine, { cursor: [1, 1] });
  await pass(50);
  expect(drawn).toEqual(before);
  show(other, { cursor: [2, 2] });
  await pass(50);
  expect(drawn).toEqual({ ...before, others: before.others + 1 });
});

test("following ends when the person leaves", async () => {
  const mine = await tab();
  const other = await tab({ id: "u2", name: "Bob", browser: "2" });
  const { result } = renderHook(() => useFollow(mine), { wrapper });
  await pass(50);
  act(() => result.current.follow(other.doc.clientID));
  await pass(50);
  expect(result.current.person?.user.name).toBe("Bob");
  act(() => other.awareness.setLocalState(null));
  await pass(50);
  expect(result.current.person).toBeNull();
});

test("after a break everybody sees everybody again, though nobody has moved", async () => {
  const [one, other] = [
    await tab({ id: "u1", name: "Ada", browser: "1" }),
    await tab({ id: "u2", name: "Bob", browser: "2" }),
  ];
  const seen = (mine: LiveDocument, theirs: LiveDocument) =>
    mine.awareness.getStates().get(theirs.doc.clientID)?.user?.name;
  expect([seen(one, other), seen(other, one)]).toEqual(["Bob", "Ada"]);
  hub.goDown();
  await pass(20);
  expect([seen(one, other), seen(other, one)]).toEqual([undefined, undefined]);
  hub.up = true;
  await pass(6000);
  expect([seen(one, other), seen(other, one)]).toEqual(["Bob", "Ada"]);
});

test("who leaves a view is gone from it at once, and back when it is shown again", async () => {
  const [mine, other] = [await tab(), await tab()];
  const there = () => [...other.awareness.getStates().values()].map((state) => state.user?.name);
  const { unmount } = renderHook(() => useIntroduction(mine), { wrapper });
  show(mine, { cursor: [1, 2], selection: ["n-a"] });
  other.awareness.setLocalStateField("user", { id: "somebody without a name" });
  await pass(50);
  expect(renderHook(() => useMembers(other)).result.current.map((person) => person.user.name)).toEqual([
    "Ada",
  ]);
  other.awareness.setLocalState({});
  unmount();
  await pass(50);
  expect([...other.awareness.getStates().values()]).toEqual([{}, {}]);
  renderHook(() => useIntroduction(mine), { wrapper });
  await pass(50);
  expect(there()).toContain("Ada");
});

test("of thousands of nodes not all that are selected or dragged are told", async () => {
  const [mine, other] = [await tab(), await tab()];
  const ids = Array.from({ length: 3000 }, (_, number) => `n-${"node".repeat(5)}-${number}`);
  show(mine, { selection: ids, drag: Object.fromEntries(ids.map((id) => [id, [1, 2]])) });
  await pass(50);
  const state = other.awareness.getStates().get(mine.doc.clientID);
  expect([state?.selection.length, Object.keys(state?.drag).length]).toEqual([500, 300]);
  mine.awareness.setLocalStateField("user", { name: "x".repeat(70_000) });
  await pass(50);
  expect([mine.status, other.awareness.getStates().get(mine.doc.clientID)?.user]).toEqual([
    "live",
    undefined,
  ]);
});

test.each([
  ["Ada Lovelace", "AL"],
  ["owner", "O"],
  ["Guest 2", "G2"],
  ["", "?"],
])("the initials of %s are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
