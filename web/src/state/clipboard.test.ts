// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { BY_KEYS, clipboardText, copyText } from "./clipboard";

afterEach(() => vi.unstubAllGlobals());

/** A page that came over plain HTTP from another machine: the browser gives it no clipboard object. */
function plainPage(execCommand: (command: string) => boolean): void {
  vi.stubGlobal("navigator", {});
  document.execCommand = execCommand;
}

test("text is copied by the browser's own copying where there is no clipboard object", async () => {
  const setData = vi.fn();
  plainPage((command) => {
    const event = Object.assign(new Event(command, { cancelable: true }), { clipboardData: { setData } });
    return !document.dispatchEvent(event);
  });
  await copyText("01M8");
  expect(setData).toHaveBeenCalledExactlyOnceWith("text/plain", "01M8");
});

test("what the browser refuses is said", async () => {
  plainPage(() => false);
  await expect(copyText("01M8")).rejects.toThrow("does not let this page use the clipboard");
  await expect(clipboardText()).rejects.toThrow(BY_KEYS);
  vi.stubGlobal("navigator", { clipboard: { readText: () => Promise.reject(new DOMException("no")) } });
  await expect(clipboardText()).rejects.toThrow(BY_KEYS);
});
