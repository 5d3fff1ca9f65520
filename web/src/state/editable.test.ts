// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDocument } from "./document";
import { type Hub, newHub } from "./documentHub";
import { whenEditable } from "./editable";

let hub: Hub;

beforeEach(() => {
  vi.useFakeTimers();
  hub = newHub();
});

afterEach(() => vi.useRealTimers());

test("a document is waited for until it can be edited", async () => {
  const document = openDocument("p", "utils/a.py");
  const editable = whenEditable(document);
  await vi.advanceTimersByTimeAsync(20);
  expect(await editable).toBe(document);
});

test("one that never opens is not waited for without end", async () => {
  hub.up = false;
  const editable = whenEditable(openDocument("p", "utils/b.py"));
  const said = expect(editable).rejects.toThrow("did not open");
  await vi.advanceTimersByTimeAsync(21_000);
  await said;
});

test("one that may only be read is told at once", async () => {
  hub.writable = false;
  const editable = whenEditable(openDocument("p", "utils/c.py"));
  const said = expect(editable).rejects.toThrow("can no longer be edited");
  await vi.advanceTimersByTimeAsync(20);
  await said;
});
