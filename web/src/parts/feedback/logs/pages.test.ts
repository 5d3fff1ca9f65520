import { expect, test, vi } from "vitest";
import { type FetchLines, LogPages, PAGE } from "./pages";
import { rowAt, rowCount, rowOf, type Section, wantRows } from "./rows";

/** A log of so many lines that is asked as the server is, and what it was asked. */
function served(count: number, most = 2000) {
  const log = { lines: Array.from({ length: count }, (_, line) => `line ${line}`), done: false };
  const asked: [number, number][] = [];
  const fetch: FetchLines = async (first, number) => {
    asked.push([first, number]);
    const from = first < 0 ? Math.max(log.lines.length + first, 0) : first;
    const lines = log.lines.slice(from, from + Math.min(number, most));
    return {
      job: "j",
      attempt: 1,
      first: from,
      lines,
      cut: [],
      total: log.lines.length,
      size: 1,
      done: log.done,
    };
  };
  return { log, asked, pages: new LogPages(fetch, 5) };
}

const settle = () => vi.waitFor(() => new Promise((done) => setTimeout(done, 0)));

test("only the pages that are looked at are fetched, each once", async () => {
  const { asked, pages } = served(1_000_000);
  pages.want(500_000, 500_050);
  pages.want(500_000, 500_050);
  await settle();
  expect(asked).toEqual([[500_000, PAGE]]);
  expect(pages.line(500_049)).toBe("line 500049");
  expect(pages.line(3)).toBe(undefined);
  expect(pages.total).toBe(1_000_000);
});

test("few lines are kept, those that were used last", async () => {
  const { asked, pages } = served(1_000_000);
  for (let page = 0; page < 50; page++) {
    pages.want(page * PAGE, page * PAGE + 10);
    await settle();
  }
  expect(pages.held).toBe(5 * PAGE);
  expect(pages.line(49 * PAGE)).toBeDefined();
  pages.want(0, 10);
  await settle();
  expect(asked.at(-1)).toEqual([0, PAGE]);
});

test("an answer that is shorter than asked is completed", async () => {
  const { asked, pages } = served(PAGE, 60);
  pages.want(0, 10);
  await settle();
  await settle();
  expect(pages.line(PAGE - 1)).toBe(`line ${PAGE - 1}`);
  expect(asked[1]).toEqual([60, PAGE - 60]);
});

test("a follower asks only for what is new, and for the line that may have grown", async () => {
  const { log, asked, pages } = served(10);
  await pages.catchUp();
  log.lines[9] = "line 9, longer";
  log.lines.push("line 10");
  pages.grew(11, true);
  await settle();
  expect(asked.at(-1)).toEqual([9, PAGE]);
  expect([pages.line(9), pages.line(10), pages.total]).toEqual(["line 9, longer", "line 10", 11]);
});

test("of very much that is new a follower sees the end at once", async () => {
  const { log, asked, pages } = served(10);
  await pages.catchUp();
  for (let line = 10; line < 100_000; line++) log.lines.push(`line ${line}`);
  pages.grew(100_000, true);
  await settle();
  expect(pages.line(99_999)).toBe("line 99999");
  expect(asked.length).toBeLessThan(5);
});

test("who does not follow is told the length, and nothing is fetched", async () => {
  const { asked, pages } = served(10);
  await pages.catchUp();
  const before = asked.length;
  pages.grew(5000, false);
  await settle();
  expect([pages.total, asked.length]).toEqual([5000, before]);
});

test("what went wrong is told, and asked again when somebody wants that", async () => {
  let fails = true;
  const pages = new LogPages(async (first) => {
    if (fails) throw new Error("away");
    return {
      job: "j",
      attempt: 1,
      first,
      lines: ["a"],
      cut: [{ line: 0, bytes: 9 }],
      total: 1,
      size: 1,
      done: true,
    };
  });
  pages.want(0, 1);
  await settle();
  expect(pages.error?.message).toBe("away");
  fails = false;
  pages.want(0, 1);
  await settle();
  expect(pages.loaded).toBe(false);
  pages.retry();
  pages.want(0, 1);
  await settle();
  expect([pages.error, pages.line(0), pages.cut.get(0), pages.done]).toEqual([null, "a", 9, true]);
});

test("a log that never came is asked for when somebody tries again", async () => {
  let away = true;
  const pages = new LogPages(async (first, count) => {
    if (away) throw new Error("away");
    return {
      job: "j",
      attempt: 1,
      first,
      lines: ["a", "b", "c"].slice(first, first + count),
      cut: [],
      total: 3,
      size: 1,
      done: true,
    };
  });
  await pages.catchUp();
  expect([pages.error?.message, pages.loaded]).toEqual(["away", false]);
  away = false;
  pages.retry();
  await settle();
  expect([pages.error, pages.loaded, pages.line(2)]).toEqual([null, true, "c"]);
});

test("several logs stand under one another, each under its name", async () => {
  const one = served(3).pages;
  const two = served(2).pages;
  await Promise.all([one.catchUp(), two.catchUp()]);
  const sections: Section[] = [
    { job: "1", name: "load", pages: one },
    { job: "2", name: "train", pages: two },
  ];
  expect(rowCount(sections)).toBe(7);
  expect(rowAt(sections, 0)).toEqual({ kind: "heading", section: sections[0] });
  expect(rowAt(sections, 4)).toEqual({ kind: "heading", section: sections[1] });
  expect(rowAt(sections, 6)).toEqual({ kind: "line", section: sections[1], line: 1 });
  expect(rowAt(sections, 7)).toBe(null);
  expect(rowOf(sections, "2", 1)).toBe(6);
  expect(rowOf(sections.slice(1), "2", 1)).toBe(1);
  wantRows(sections, 0, 7);
});
