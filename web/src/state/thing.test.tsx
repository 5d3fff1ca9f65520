// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { dispatch, offered, perform, useRegistry } from "./actions";
import { useThing } from "./thing";

let deleted: string[] = [];

function Card({ name }: { name: string }) {
  const { actions, thing } = useThing<HTMLLIElement>(
    "card",
    name,
    () => [
      {
        id: "cards.delete",
        label: "Delete",
        group: "Cards",
        keys: ["Delete"],
        perform: () => deleted.push(name),
      },
    ],
    [name],
  );
  return (
    <li {...thing}>
      <button type="button">{name}</button>
      <i>{actions[0]?.label}</i>
    </li>
  );
}

const focus = (name: string) => act(() => screen.getByRole("button", { name }).focus());
const labels = () => offered(useRegistry.getState().stack).map(({ label }) => label);
const pressDelete = () => {
  const event = new KeyboardEvent("keydown", { key: "Delete", bubbles: true, cancelable: true });
  window.addEventListener("keydown", dispatch, { once: true });
  (document.activeElement ?? document.body).dispatchEvent(event);
};

afterEach(() => {
  cleanup();
  deleted = [];
});

test("the commands of a thing are offered with its name, from when it has the focus until another has", () => {
  render(
    <ul>
      <Card name="digits" />
      <Card name="sums" />
    </ul>,
  );
  expect(labels()).toEqual([]);
  focus("sums");
  expect(labels()).toEqual(["Delete: sums"]);
  focus("digits");
  expect(labels()).toEqual(["Delete: digits"]);
  expect(screen.getAllByText("Delete")).toHaveLength(2);
});

test("its keys act while the focus is in it; from the palette it is done also afterwards", () => {
  render(
    <>
      <Card name="digits" />
      <button type="button">elsewhere</button>
    </>,
  );
  focus("digits");
  pressDelete();
  expect(deleted).toEqual(["digits"]);
  focus("elsewhere");
  pressDelete();
  expect(deleted).toEqual(["digits"]);
  perform(offered(useRegistry.getState().stack)[0]!);
  expect(deleted).toEqual(["digits", "digits"]);
});

test("a thing that is gone offers nothing", () => {
  const { unmount } = render(<Card name="digits" />);
  focus("digits");
  expect(labels()).toEqual(["Delete: digits"]);
  unmount();
  expect(labels()).toEqual([]);
});
