// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LiveDocument, openDocument } from "@/state/document";
import { type Hub, newHub } from "@/state/documentHub";
import { useToasts } from "@/state/toasts";
import { rewrite } from "../pen";
import { write } from "./edits";

const PATH = "operations/scale.py";
const RENAMED = [{ name: "Scale", to: "Stretch" }];

/** What pipelines were asked to follow. */
const followed: string[] = [];
let hub: Hub;
let document: LiveDocument;

vi.mock("@/api/client", async (original) => ({
  ...(await original<object>()),
  ask: (answer: unknown) => answer,
  api: {
    POST: async (_: string, { body }: { body: { name: string; to: string } }) => {
      followed.push(`${body.name} → ${body.to}`);
      return { paths: ["pipelines/train.yaml"] };
    },
  },
}));

const settle = () => vi.advanceTimersByTimeAsync(20);
const written = () => hub.doc.getText("text").toString();

const toast = () => useToasts.getState().toasts[0];

/** Press Undo in the one toast that is there. */
async function pressUndo(told = toast()): Promise<unknown> {
  const answer = Promise.resolve(told?.undo?.()).catch((error: unknown) => error);
  await settle();
  return answer;
}

beforeEach(async () => {
  vi.useFakeTimers();
  hub = newHub();
  hub.doc.getText("text").insert(0, "class Scale: ...");
  document = openDocument("p", PATH);
  await settle();
  void write({ document, project: "p", path: PATH }, "Rename Scale", "class Stretch: ...", RENAMED);
  await settle();
  expect([written(), followed.splice(0)]).toEqual(["class Stretch: ...", ["Scale → Stretch"]]);
});

afterEach(() => {
  document.release();
  useToasts.setState({ toasts: [] });
  followed.length = 0;
  vi.advanceTimersByTime(700_000);
  vi.useRealTimers();
});

test("a new name is taken back, and pipelines follow though no panel is open", async () => {
  expect(await pressUndo()).toBe(undefined);
  expect([written(), followed]).toEqual(["class Scale: ...", ["Stretch → Scale"]]);
});

test("what was typed since is not taken back in its place", async () => {
  rewrite(document, "Type", "class Stretch: pass");
  await settle();
  expect(await pressUndo()).toMatchObject({ message: `${PATH} was changed since.` });
  expect([written(), followed]).toEqual(["class Stretch: pass", []]);
});

test("a new name is taken back after its file was closed", async () => {
  const told = toast();
  document.release();
  await vi.advanceTimersByTimeAsync(610_000);
  expect(hub.sockets.size).toBe(0);
  expect(await pressUndo(told)).toBe(undefined);
  expect([written(), followed]).toEqual(["class Scale: ...", ["Stretch → Scale"]]);
});

test("after the file was closed, what somebody else wrote since stays", async () => {
  const told = toast();
  document.release();
  await vi.advanceTimersByTimeAsync(610_000);
  hub.doc.getText("text").insert(0, "# Mine.\n");
  expect(await pressUndo(told)).toMatchObject({ message: `${PATH} was changed since.` });
  expect([written(), followed]).toEqual(["# Mine.\nclass Stretch: ...", []]);
});

test("what was taken back already stays as it is, and can be done again", async () => {
  document.undo.undo();
  await settle();
  expect(await pressUndo()).toBe(undefined);
  document.undo.redo();
  await settle();
  expect([written(), followed]).toEqual(["class Stretch: ...", ["Stretch → Scale", "Scale → Stretch"]]);
});
