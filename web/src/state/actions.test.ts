// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { type Action, dispatch, keysIn, shownKeys, useRegistry } from "./actions";

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

/** Press keys on an element, or on one inside it; which actions were done. */
function press(html: string, init: KeyboardEventInit, inside?: string): string[] {
  document.body.innerHTML = html;
  const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
  window.addEventListener("keydown", dispatch, { once: true });
  const target = inside ? document.querySelector(inside) : document.body.firstElementChild;
  target!.dispatchEvent(event);
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

test.each([
  "<div role='dialog'><button></button></div>",
  "<div role='menu'><div role='menuitem' tabindex='0'></div></div>",
])("what stands in %s keeps its keys from the view behind", (html) => {
  expect(press(html, { key: "t" }, html.includes("button") ? "button" : "[role=menuitem]")).toEqual([]);
});

test.each<[KeyboardEventInit, string]>([
  [{ key: "я", code: "KeyZ", ctrlKey: true }, "Mod+Z"],
  [{ key: "Я", code: "KeyZ", ctrlKey: true, shiftKey: true }, "Mod+Shift+Z"],
  [{ key: "ш", code: "KeyI" }, "I"],
  [{ key: "Dead", code: "KeyN", altKey: true }, "Alt+N"],
  [{ key: "¡", code: "Digit1", altKey: true }, "Alt+1"],
  [{ key: "&", code: "Digit1", altKey: true }, "Alt+1"],
  [{ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true }, "Mod+Shift+Z"],
  [{ key: "?", code: "Slash", shiftKey: true }, "?"],
  [{ key: "!", code: "Digit1", shiftKey: true }, "!"],
  [{ key: "y", code: "KeyZ", ctrlKey: true }, "Mod+Y"],
  [{ key: "ArrowUp", code: "ArrowUp", shiftKey: true }, "Shift+Up"],
  [{ key: " ", code: "Space", shiftKey: true }, "Shift+Space"],
  [{ key: "F2", code: "F2" }, "F2"],
])("%j is %s", (init, keys) => {
  expect(keysIn(new KeyboardEvent("keydown", init))).toBe(keys);
});

test("keys that write something are never taken from a field, others are by those that say so", () => {
  const inFields = ["Mod+Enter", "T", "Shift+T"].map((keys) => ({ ...action(keys), inFields: true }));
  useRegistry.setState({ stack: [inFields] });
  expect(press("<input>", { key: "t" })).toEqual([]);
  expect(press("<input>", { key: "T", shiftKey: true })).toEqual([]);
  expect(press("<input>", { key: "Enter", ctrlKey: true })).toEqual(["Mod+Enter"]);
});

test("keys of a command on one thing act in that thing, and there before all others", () => {
  const rename = { ...action("T"), id: "rename", within: () => document.querySelector("li") };
  useRegistry.setState({ stack: [[{ ...rename, perform: () => void acted.push("rename") }], [action("T")]] });
  expect(press("<ul><li><a href='/'></a></li></ul>", { key: "t" }, "a")).toEqual(["rename"]);
  expect(press("<ul><li></li></ul>", { key: "t" })).toEqual(["rename", "T"]);
});

test.each([
  ["+", ["+"]],
  ["Mod++", ["Ctrl", "+"]],
  ["Mod+Shift+Left", ["Ctrl", "Shift", "←"]],
])("%s is shown as %j", (keys, shown) => {
  expect(shownKeys(keys)).toEqual(shown);
});
