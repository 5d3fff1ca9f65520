// @vitest-environment happy-dom
import { cleanup, fireEvent, render as renderIn, screen } from "@testing-library/react";
import { Fragment, lazy, type ReactNode, StrictMode, Suspense } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";
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

describe.each([
  ["once", Fragment],
  ["twice, as in development", StrictMode],
])("with effects run %s", (_, Mode) => {
  const render = (shown: ReactNode) => renderIn(shown, { wrapper: Mode });

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

  test("the field is empty when it is opened again", async () => {
    const shown = render(<TypedAhead cancel={() => undefined} />);
    type("a", "Enter");
    shown.rerender(<Field />);
    shown.unmount();
    await Promise.resolve();
    chosen.mockClear();
    render(<Field />);
    expect(written()).toBe("");
    expect(chosen).not.toHaveBeenCalled();
  });

  test("what was given up with Escape is not in the field that is opened next", () => {
    const cancel = vi.fn();
    const shown = render(<TypedAhead cancel={cancel} />);
    type("o", "l", "d", "Escape");
    expect(cancel).toHaveBeenCalledOnce();
    shown.rerender(<Field />);
    expect(written()).toBe("");
  });

  test("what was typed for a field that never came is not in the next one", async () => {
    const shown = render(<TypedAhead cancel={() => undefined} />);
    type("o", "l", "d");
    shown.rerender(null);
    await Promise.resolve();
    shown.rerender(<Field />);
    expect(written()).toBe("");
  });

  test("a view that is drawn again while the field loads keeps what was typed", async () => {
    const shown = render(<TypedAhead cancel={() => undefined} />);
    type("t", "i");
    shown.rerender(<TypedAhead cancel={() => undefined} />);
    await Promise.resolve();
    type("d", "y");
    shown.rerender(<Field />);
    expect(written()).toBe("tidy");
  });

  test("what is typed between the loading of the field and its first showing is in it", async () => {
    let resolve: (loaded: { default: () => ReactNode }) => void = () => undefined;
    const Late = lazy(() => new Promise<{ default: () => ReactNode }>((loaded) => (resolve = loaded)));
    const rendered = vi.fn();
    render(
      <Suspense fallback={<TypedAhead cancel={() => undefined} />}>
        <Late />
      </Suspense>,
    );
    type("t", "i");
    resolve({
      default: () => {
        rendered();
        return <Field />;
      },
    });
    await vi.waitFor(() => expect(rendered).toHaveBeenCalled());
    type("d", "y");
    await vi.waitFor(() => expect(written()).toBe("tidy"));
    await new Promise((soon) => setTimeout(soon, 50)); // effects that run twice have done so by then
    expect(written()).toBe("tidy");
  });

  test("two that are waited for at once share what is typed", () => {
    render(
      <>
        <TypedAhead cancel={() => undefined} />
        <TypedAhead cancel={() => undefined} />
      </>,
    );
    type("t", "i");
    render(<Field />);
    expect(written()).toBe("ti");
  });
});
