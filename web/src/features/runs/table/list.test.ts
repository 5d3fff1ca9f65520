import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunLine } from "../deeds";
import { RunList } from "./list";
import { wantedIn } from "./wanted";

/** The runs that the server has. */
let there: string[] = [];
let isAway = false;
/** How often it was asked how many there are. */
let counted = 0;

vi.mock("@/api/live", () => ({ live: { follow: () => () => undefined } }));
vi.mock("@/api/client", () => ({
  ask: (answer: unknown) => answer,
  api: {
    GET: async (path: string, { params }: { params: { query: { skip?: number; limit?: number } } }) => {
      if (isAway) throw new Error("The server cannot be reached.");
      const { skip = 0, limit = 0 } = params.query;
      if (path.endsWith("/count")) {
        counted += 1;
        return { count: there.length };
      }
      return there.slice(skip, skip + limit).map((id) => ({ id }) as RunLine);
    },
  },
}));

const numbered = (count: number): string[] => Array.from({ length: count }, (_, number) => `run ${number}`);

let list: RunList;
let close: () => void;

beforeEach(async () => {
  there = numbered(260);
  isAway = false;
  list = new RunList("p", wantedIn(new URLSearchParams()));
  close = list.open();
  await vi.waitFor(() => expect(list.ready).toBe(true));
});
afterEach(() => close());

test("a list that has become shorter than what is in view is as long as it is", async () => {
  list.reach(200, 259);
  await vi.waitFor(() => expect(list.at(259)?.id).toBe("run 259"));
  there = numbered(30);
  await list.renew();
  expect(list.count).toBe(30);
});

test("what cannot be had is told, what is there stays, and both are put right together", async () => {
  isAway = true;
  list.reach(200, 259);
  await vi.waitFor(() => expect(list.error?.message).toBe("The server cannot be reached."));
  expect([list.at(0)?.id, list.at(259)]).toEqual(["run 0", undefined]);
  isAway = false;
  await list.renew();
  expect([list.at(259)?.id, list.error]).toEqual(["run 259", null]);
});

test("words are looked for once where few runs have them, and counted where there is more than a page", async () => {
  for (const [found, count] of [
    [3, 0],
    [260, 1],
  ] as const) {
    close();
    there = numbered(found);
    counted = 0;
    list = new RunList("p", wantedIn(new URLSearchParams("q=run")));
    close = list.open();
    await vi.waitFor(() => expect(list.ready).toBe(true));
    expect([list.count, counted]).toEqual([found, count]);
  }
  list.reach(200, 259);
  there = numbered(30);
  await list.renew();
  expect(list.count).toBe(30);
});
