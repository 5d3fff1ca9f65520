// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { wordsOf } from "./LogTools";
import { useLogSearch } from "./useLogSearch";

let answers: (() => unknown)[] = [];
vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: { GET: async () => answers.shift()?.() },
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const lost = () => {
  throw new Error("The server cannot be reached.");
};
const lines =
  (...found: number[]) =>
  () => ({ matches: found.map((line) => ({ line })), next: null });

async function searched(...given: (() => unknown)[]) {
  answers = given;
  const { result } = renderHook(() => useLogSearch("r", ["a", "b"], null, "loss", false, () => {}));
  await act(() => vi.advanceTimersByTimeAsync(300));
  return result;
}

test("a search that failed does not say that there is nothing, and is done again", async () => {
  const result = await searched(lost);
  expect(wordsOf(result.current)).toBe("not searched: Enter tries again");
  answers = [lines(3, 5), lines(1)];
  act(() => result.current.next());
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect([wordsOf(result.current), result.current.error]).toEqual(["1 of 3", null]);
});

test("what was found before it broke off can be gone through", async () => {
  const result = await searched(lines(3, 5), lost);
  expect(wordsOf(result.current)).toBe("1 of 2+");
  act(() => result.current.next());
  expect(wordsOf(result.current)).toBe("2 of 2+");
});

test("where there is nothing, that is said", async () => {
  expect(wordsOf((await searched(lines(), lines())).current)).toBe("nothing");
});
