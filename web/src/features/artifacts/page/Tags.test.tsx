// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tag } from "../queries";
import { Tags } from "./Tags";

/** What the server has been told, and how it answers. */
const told: { tags: string[]; answer: () => void }[] = [];

vi.mock("../queries", () => ({ tag: vi.fn() }));

beforeEach(() => {
  told.length = 0;
  vi.mocked(tag).mockImplementation(
    (_, tags) => new Promise((resolve) => told.push({ tags: [...tags], answer: () => resolve() })),
  );
});
afterEach(cleanup);

const field = (tags: string[]) => (
  <MantineProvider env="test">
    <Tags artifact="model" tags={tags} known={[]} />
  </MantineProvider>
);

const input = () => screen.getByLabelText("Tags", { selector: "input" });
const user = userEvent.setup({ delay: null });
const add = async (...words: string[]) => {
  act(() => input().focus());
  for (const word of words) await user.paste(word);
};
const shows = (word: string) => screen.queryByText(word) !== null;

/** Milliseconds: fields that are typed in take their time on a busy machine. */
const SLOWLY = 20_000;

test(
  "tags that follow each other quickly are all kept, in the order in which they came",
  async () => {
    const { rerender } = render(field([]));
    await add("a", "b", "c");
    expect(["a", "b", "c"].map(shows)).toEqual([true, true, true]);
    expect(told.map(({ tags }) => tags)).toEqual([["a"]]);
    rerender(field(["a"]));
    await act(async () => told[0]?.answer());
    expect(told.map(({ tags }) => tags)).toEqual([["a"], ["a", "b", "c"]]);
    expect(shows("c")).toBe(true);
    rerender(field(["a", "b", "c", "of-others"]));
    await act(async () => told[1]?.answer());
    expect(shows("of-others")).toBe(true);
  },
  SLOWLY,
);

test(
  "where the server has refused, what it has is shown",
  async () => {
    render(field(["kept"]));
    await add("refused");
    expect(shows("refused")).toBe(true);
    await act(async () => told[0]?.answer());
    expect([shows("kept"), shows("refused")]).toEqual([true, false]);
  },
  SLOWLY,
);
