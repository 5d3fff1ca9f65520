import { QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { createElement, type ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { LiveDocument } from "./document";
import { newHub } from "./documentHub";
import { initials, show, useFollow, useIntroduction, useMyself, usePeople } from "./presence";

const wrapper = ({ children }: { children: ReactNode }) =>
  createElement(QueryClientProvider, { client: queries }, children);

beforeEach(() => {
  vi.useFakeTimers();
  newHub();
  queries.setQueryData(["session"], { user: "u1", name: "Ada", permissions: [] });
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) =>
  act(async () => void (await vi.advanceTimersByTimeAsync(milliseconds)));

async function tab(user?: { id: string; name: string; browser: string }): Promise<LiveDocument> {
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
      return usePeople(mine);
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

test.each([
  ["Ada Lovelace", "AL"],
  ["owner", "O"],
  ["Guest 2", "G2"],
  ["", "?"],
])("the initials of %s are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
