// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { CommittedInput } from "./CommittedInput";

afterEach(cleanup);

const onCommit = vi.fn();

function field(value: string) {
  return (
    <MantineProvider>
      <CommittedInput
        label="epochs"
        value={value}
        wrong={false}
        parse={(text) => (/^\d+$/.test(text) ? { value: Number(text) } : { wrong: "Write a whole number." })}
        onCommit={onCommit}
      />
    </MantineProvider>
  );
}

const input = () => screen.getByLabelText<HTMLInputElement>("epochs");

test("what is typed is committed by Enter, and what is typed on by leaving", () => {
  onCommit.mockClear();
  render(field("10"));
  fireEvent.focus(input());
  fireEvent.change(input(), { target: { value: "11" } });
  fireEvent.keyDown(input(), { key: "Enter" });
  fireEvent.change(input(), { target: { value: "112" } });
  fireEvent.blur(input());
  expect(onCommit.mock.calls).toEqual([[11], [112]]);
});

test("whoever only rests in a field sees what others write, and takes nothing of it back", () => {
  onCommit.mockClear();
  const { rerender } = render(field("10"));
  fireEvent.focus(input());
  rerender(field("20"));
  expect(input().value).toBe("20");
  fireEvent.blur(input());
  expect(onCommit).not.toHaveBeenCalled();
});

test("what others write does not come between while one types", () => {
  onCommit.mockClear();
  const { rerender } = render(field("10"));
  fireEvent.focus(input());
  fireEvent.change(input(), { target: { value: "1" } });
  rerender(field("20"));
  expect(input().value).toBe("1");
  fireEvent.keyDown(input(), { key: "Escape" });
  expect(input().value).toBe("20");
});
