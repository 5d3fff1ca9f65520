import { QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { askAgain, queries } from "./queries";

afterEach(() => vi.useRealTimers());

test("changes that come faster than answers do not keep any answer from being seen", async () => {
  vi.useFakeTimers();
  let state = 0;
  const queryFn = vi.fn(async () => {
    const now = state;
    await new Promise((done) => setTimeout(done, 1000));
    return now;
  });
  const seen: number[] = [];
  const observer = new QueryObserver(queries, { queryKey: ["run"], queryFn });
  const end = observer.subscribe(
    ({ data }) => void (data !== undefined && data !== seen.at(-1) && seen.push(data)),
  );
  await vi.advanceTimersByTimeAsync(1000);
  for (let change = 1; change <= 25; change++) {
    state = change;
    void askAgain({ queryKey: ["run"] });
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(5000);
  end();
  // The newest is seen in the end, others on the way, and no two questions are out at once.
  expect(seen).toEqual([0, 1, 10, 20, 25]);
  expect(queryFn).toHaveBeenCalledTimes(5);
});

test("what several wish for at the same event is asked for once", async () => {
  const queryFn = vi.fn(async () => 1);
  const observer = new QueryObserver(queries, { queryKey: ["project", "p"], queryFn });
  const end = observer.subscribe(() => {});
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe(1));
  await Promise.all([askAgain({ queryKey: ["project", "p"] }), askAgain({ queryKey: ["project", "p"] })]);
  expect(queryFn).toHaveBeenCalledTimes(2);
  await askAgain({ queryKey: ["project", "p"] });
  expect(queryFn).toHaveBeenCalledTimes(3);
  end();
});
