import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunLine } from "../deeds";
import { RunList } from "./list";
import { wantedIn } from "./wanted";

/** The runs that the server has. */
let there: string[] = [];

vi.mock("@/api/live", () => ({ live: { follow: () => () => undefined } }));
vi.mock("@/api/client", () => ({
  ask: (answer: unknown) => answer,
  api: {
    GET: async (path: string, { params }: { params: { query: { skip?: number; limit?: number } } }) => {
      const { skip = 0, limit = 0 } = params.query;
      if (path.endsWith("/count")) return { count: there.length };
      return there.slice(skip, skip + limit).map((id) => ({ id }) as RunLine);
    },
  },
}));

const numbered = (count: number): string[] => Array.from({ length: count }, (_, number) => `run ${number}`);

let list: RunList;
let close: () => void;

beforeEach(async () => {
  there = numbered(260);
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
