// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import { type Action, dispatch, useRegistry } from "./actions";

let acted: string[] = [];

const action = (keys: string): Action => ({
  id: keys,
  label: keys,
  group: "Canvas",
  keys: [keys],
  perform: () => void acted.push(keys),
});

beforeEach(() => {
  acted = [];
  useRegistry.setState({ stack: [["Space", "Enter", "Mod+Enter", "T"].map(action)] });
});

/** Press keys on an element; which actions were done. */
function press(html: string, init: KeyboardEventInit): string[] {
  document.body.innerHTML = html;
  const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
  window.addEventListener("keydown", dispatch, { once: true });
  document.body.firstElementChild!.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(acted.length > 0);
  return acted;
}

test.each([
  "<button></button>",
  "<a href='/'></a>",
  "<summary></summary>",
  "<div role='button' tabindex='0'></div>",
  "<li role='menuitem' tabindex='0'></li>",
])("Space and Enter press %s and do nothing else", (html) => {
  expect(press(html, { key: " " })).toEqual([]);
  expect(press(html, { key: "Enter" })).toEqual([]);
});

test("other keys are shortcuts on what can be pressed", () => {
  expect(press("<button></button>", { key: "t" })).toEqual(["T"]);
  expect(press("<button></button>", { key: "Enter", ctrlKey: true })).toEqual(["T", "Mod+Enter"]);
});

test("Space and Enter are shortcuts elsewhere", () => {
  expect(press("<div tabindex='0'></div>", { key: " " })).toEqual(["Space"]);
  expect(press("<input type='checkbox'>", { key: "Enter" })).toEqual(["Space", "Enter"]);
});
