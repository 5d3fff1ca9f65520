// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SearchField } from "./SearchField";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A field whose words come back as from an address: when the one who holds them says so. */
function shown() {
  const asked: string[] = [];
  const field = (value: string) => (
    <MantineProvider>
      <SearchField label="Find" value={value} onSearch={(words) => asked.push(words)} />
    </MantineProvider>
  );
  const { rerender } = render(field(""));
  return { asked, comeBack: (value: string) => rerender(field(value)) };
}

const input = () => screen.getByLabelText<HTMLInputElement>("Find");
const type = (words: string) => fireEvent.change(input(), { target: { value: words } });
const pause = () => act(() => vi.advanceTimersByTime(300));

test("what is typed stands there at once, and is looked for once", () => {
  const { asked } = shown();
  type("t");
  type("tr");
  type("train ");
  expect(input().value).toBe("train ");
  expect(asked).toEqual([]);
  pause();
  expect(asked).toEqual(["train"]);
});

test("words that come back late take nothing away from what was typed since", () => {
  const { asked, comeBack } = shown();
  type("tr");
  pause();
  type("tra");
  pause();
  type("trai");
  comeBack("tr");
  comeBack("tra");
  expect(input().value).toBe("trai");
  pause();
  expect(asked).toEqual(["tr", "tra", "trai"]);
});

test("words from elsewhere are shown, and what was being typed is not looked for", () => {
  const { asked, comeBack } = shown();
  type("tr");
  comeBack("digits");
  pause();
  expect([input().value, asked]).toEqual(["digits", []]);
});

test("clearing is heard at once, and nothing comes after it", () => {
  const { asked } = shown();
  type("tr");
  fireEvent.click(screen.getByLabelText("Clear the words"));
  pause();
  expect([input().value, asked]).toEqual(["", [""]]);
});
