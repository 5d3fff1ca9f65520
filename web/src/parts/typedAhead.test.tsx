// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { TypedAhead, useTyped } from "./typedAhead";

const chosen = vi.fn();

function Field() {
  const [text, setText, field] = useTyped();
  return (
    <input
      ref={field}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={({ key }) => chosen(key, text)}
    />
  );
}

const written = () => screen.getByRole<HTMLInputElement>("textbox").value;

const type = (...keys: string[]) => {
  for (const key of keys) fireEvent.keyDown(document.body, { key });
};

afterEach(() => {
  cleanup();
  chosen.mockClear();
});

test("what is typed before the field is there is in it, and is no command to the view behind", () => {
  const command = vi.fn();
  window.addEventListener("keydown", command);
  const shown = render(<TypedAhead cancel={() => undefined} />);
  type("t", "x", "Backspace", "i", "d", "y");
  shown.rerender(<Field />);
  expect(written()).toBe("tidy");
  expect(chosen).not.toHaveBeenCalled();
  expect(command).not.toHaveBeenCalled();
  window.removeEventListener("keydown", command);
});

test("Enter is pressed in the field when it is there, and what follows is not written into it", () => {
  const shown = render(<TypedAhead cancel={() => undefined} />);
  type("t", "o", "Enter", "n");
  shown.rerender(<Field />);
  expect(chosen.mock.calls).toEqual([["Enter", "to"]]);
});

test("the field is empty when it is opened again", () => {
  const shown = render(<TypedAhead cancel={() => undefined} />);
  type("a", "Enter");
  shown.rerender(<Field />);
  shown.unmount();
  chosen.mockClear();
  render(<Field />);
  expect(written()).toBe("");
  expect(chosen).not.toHaveBeenCalled();
});

test("Escape gives it up", () => {
  const cancel = vi.fn();
  render(<TypedAhead cancel={cancel} />);
  type("Escape");
  expect(cancel).toHaveBeenCalledOnce();
});
