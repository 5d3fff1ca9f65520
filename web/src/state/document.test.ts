// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { change, LiveDocument, openDocument, useConnection, useDocument } from "./document";
import { type Hub, newHub } from "./documentHub";
import { forget, type Rescue, useRescues } from "./rescues";

let hub: Hub;
let opened: LiveDocument[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  hub = newHub();
});

afterEach(async () => {
  [hub.up, hub.writes] = [true, true]; // what is not saved would go on in the next test
  await vi.advanceTimersByTimeAsync(10_000);
  for (const socket of hub.sockets) socket.saved();
  for (const document of opened) document.release();
  for (const kept of rescued()) act(() => forget(kept));
  opened = [];
  await vi.advanceTimersByTimeAsync(700_000);
  vi.useRealTimers();
});

/** A tab of its own on the same file, which shares nothing with the others in this process. */
async function tab(): Promise<LiveDocument> {
  const document = new LiveDocument("p", "pipelines/train.yaml");
  document.retain();
  opened.push(document);
  await settle();
  return document;
}

const rescued = (): readonly Rescue[] => renderHook(() => useRescues()).result.current;
const settle = () => act(async () => void (await vi.advanceTimersByTimeAsync(20)));
const nodes = (document: LiveDocument) => document.doc.getMap<Y.Map<unknown>>("nodes");

function add(document: LiveDocument, id: string, name = id): void {
  change(document, `add ${name}`, () => nodes(document).set(id, new Y.Map(Object.entries({ name }))));
}

test("two tabs see what the other does", async () => {
  const [one, other] = [await tab(), await tab()];
  add(one, "a");
  add(other, "b");
  expect(nodes(one).toJSON()).toEqual({ a: { name: "a" }, b: { name: "b" } });
  expect(nodes(other).toJSON()).toEqual(nodes(one).toJSON());
  expect([one.status, one.ready, one.kind]).toEqual(["live", true, "pipeline"]);
});

test("undo takes back my last gesture and leaves what others did", async () => {
  const [one, other] = [await tab(), await tab()];
  add(one, "a");
  add(other, "b");
  add(one, "c");
  one.undo.undo();
  expect(Object.keys(nodes(other).toJSON()).sort()).toEqual(["a", "b"]);
  one.undo.undo();
  expect(Object.keys(nodes(other).toJSON())).toEqual(["b"]);
  one.undo.undo();
  expect(Object.keys(nodes(other).toJSON())).toEqual(["b"]);
  one.undo.redo();
  expect(Object.keys(nodes(other).toJSON()).sort()).toEqual(["a", "b"]);
});

test("a value that somebody else has set since is not undone", async () => {
  const [one, other] = [await tab(), await tab()];
  add(one, "a");
  change(one, "move", () => nodes(one).get("a")?.set("at", [1, 1]));
  change(other, "move", () => nodes(other).get("a")?.set("at", [2, 2]));
  one.undo.undo();
  expect(nodes(one).get("a")?.get("at")).toEqual([2, 2]);
});

test("what I made stays when somebody else has worked on it since", async () => {
  const [one, other] = [await tab(), await tab()];
  add(one, "a");
  add(one, "b");
  change(other, "move", () => nodes(other).get("b")?.set("at", [2, 2]));
  one.undo.undo();
  expect(nodes(one).toJSON()).toEqual({ a: { name: "a" }, b: { name: "b", at: [2, 2] } });
  one.undo.undo();
  expect(Object.keys(nodes(one).toJSON())).toEqual(["b"]);
});

test("what I made can be taken back though the server has given it another name", async () => {
  const one = await tab();
  add(one, "a");
  hub.doc.getMap<Y.Map<unknown>>("nodes").get("a")?.set("name", "a-2");
  expect(nodes(one).toJSON()).toEqual({ a: { name: "a-2" } });
  one.undo.undo();
  expect(nodes(one).size).toBe(0);
});

test("each gesture is one step with a name, however many changes it has and however fast they follow", async () => {
  const one = await tab();
  change(one, "add two", () => {
    nodes(one).set("a", new Y.Map());
    nodes(one).set("b", new Y.Map());
  });
  add(one, "c");
  expect(one.steps.undoLabel).toBe("add c");
  one.undo.undo();
  expect([one.steps.undoLabel, one.steps.redoLabel]).toEqual(["add two", "add c"]);
  one.undo.undo();
  expect([nodes(one).size, one.steps.undoLabel, one.steps.redoLabel]).toEqual([0, null, "add two"]);
});

test("undo and redo restore what was selected before the gesture", async () => {
  const one = await tab();
  let selected: unknown = ["x"];
  const end = one.steps.keepSelection({
    read: () => selected,
    restore: (kept) => {
      selected = kept;
    },
  });
  add(one, "a");
  selected = ["a"];
  one.undo.undo();
  expect(selected).toEqual(["x"]);
  one.undo.redo();
  expect(selected).toEqual(["a"]);
  end();
});

test("what is edited while the server is away is sent once when it is back", async () => {
  const [one, other] = [await tab(), await tab()];
  hub.goDown();
  await settle();
  expect([one.status, one.unsaved]).toEqual(["offline", false]);
  add(one, "a");
  add(other, "b");
  expect(one.unsaved).toBe(true);
  hub.up = true;
  await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)));
  expect(one.status).toBe("live");
  expect(nodes(one).toJSON()).toEqual({ a: { name: "a" }, b: { name: "b" } });
  expect(nodes(other).toJSON()).toEqual(nodes(one).toJSON());
  expect(one.unsaved).toBe(false);
});

test("unsaved ends when the server says that it has written what was sent", async () => {
  hub.writes = false;
  const one = await tab();
  add(one, "a");
  expect(one.unsaved).toBe(true);
  hub.writes = true;
  let written = false;
  void one.save().then(() => {
    written = true;
  });
  await settle();
  expect(hub.asked).toEqual(["save"]);
  expect([one.unsaved, written, one.savedAt]).toEqual([false, true, "2026-05-14T09:03:11.120Z"]);
});

test("a save while the server is away says so instead of waiting", async () => {
  const one = await tab();
  hub.writes = false;
  add(one, "a");
  const before = one.save();
  hub.goDown();
  await expect(before).rejects.toThrow("The server cannot be reached.");
  await expect(one.save()).rejects.toThrow("saved when it is back");
});

test("a save after a break waits until what was made meanwhile is written", async () => {
  const one = await tab();
  hub.goDown();
  await settle();
  add(one, "a");
  hub.writes = false;
  hub.up = true;
  await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)));
  let written = false;
  void one.save().then(() => {
    written = true;
  });
  await settle();
  expect(written).toBe(false);
  hub.writes = true;
  for (const socket of hub.sockets) socket.saved();
  await settle();
  expect(written).toBe(true);
});

test("a copy of another history is dropped, and what was not sent is kept for the person", async () => {
  const first = openDocument("p", "pipelines/train.yaml");
  await settle();
  add(first, "mine");
  hub.goDown();
  await settle();
  add(first, "offline");
  hub.restart("second");
  hub.doc.getMap("nodes").set("theirs", new Y.Map());
  hub.up = true;
  await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)));
  const second = openDocument("p", "pipelines/train.yaml");
  expect(second).not.toBe(first);
  expect(first.successor).toBe(second);
  expect(Object.keys(nodes(second).toJSON())).toEqual(["theirs"]);
  expect(rescued()).toMatchObject([{ project: "p", path: "pipelines/train.yaml" }]);
  expect(rescued()[0]?.text).toContain("offline");
  expect([...hub.doc.getMap("nodes").keys()]).toEqual(["theirs"]);
  first.release();
  second.release();
});

test("one document of a file is shared in a tab, and closed a while after the last has let go", async () => {
  const first = openDocument("p", "pipelines/train.yaml");
  const second = openDocument("p", "pipelines/train.yaml");
  expect(second).toBe(first);
  await settle();
  first.release();
  vi.advanceTimersByTime(20_000);
  expect(hub.sockets.size).toBe(1);
  second.release();
  vi.advanceTimersByTime(4_000);
  expect(openDocument("p", "pipelines/train.yaml")).toBe(first);
  first.release();
  vi.advanceTimersByTime(6_000);
  expect(hub.sockets.size).toBe(0);
  const third = openDocument("p", "pipelines/train.yaml");
  expect(third).not.toBe(first);
  third.release();
});

const LONG = 590_000;
const file = (name: string) => openDocument("p", `pipelines/${name}.yaml`);
const isOpen = (document: LiveDocument) => {
  const found = openDocument(document.project, document.path);
  found.release();
  return found === document;
};
const wait = (time: number) => act(async () => void (await vi.advanceTimersByTimeAsync(time)));

/** A document in which I did something, and which nobody shows. */
async function leftBehind(name: string): Promise<LiveDocument> {
  const document = file(name);
  await settle();
  add(document, name);
  document.release();
  return document;
}

test("what I did can be undone long after the last has let go, and not for ever", async () => {
  const first = await leftBehind("train");
  await wait(LONG);
  const again = file("train");
  expect(again).toBe(first);
  again.undo.undo();
  expect(hub.doc.getMap("nodes").size).toBe(0);
  again.release();
  await wait(LONG);
  expect(hub.sockets.size).toBe(1);
  await wait(20_000);
  expect(hub.sockets.size).toBe(0);
});

test("of the documents that are left with something to undo the newest eight stay", async () => {
  const all: LiveDocument[] = [];
  for (let number = 0; number < 9; number++) all.push(await leftBehind(`line ${number}`));
  expect(hub.sockets.size).toBe(8);
  all[1]?.retain()();
  await leftBehind("one more");
  expect(hub.sockets.size).toBe(8);
  expect(all.slice(1, 4).map(isOpen)).toEqual([true, false, true]);
});

test("a document that is left with edits the server does not have is not closed for others", async () => {
  hub.writes = false;
  const unsaved = await leftBehind("unsaved");
  hub.writes = true;
  for (let number = 0; number < 9; number++) await leftBehind(`line ${number}`);
  expect(isOpen(unsaved)).toBe(true);
  await act(() => unsaved.save());
});

test("a document that is deleted after it was left is closed soon, as there is nothing to come back to", async () => {
  await leftBehind("train");
  act(() => hub.say({ kind: "gone" }));
  await wait(6_000);
  expect(hub.sockets.size).toBe(0);
});

test("what goes with a step is told when it is taken back and when it is done again", async () => {
  const one = await tab();
  const told: string[] = [];
  const beside = { undone: () => told.push("undone"), redone: () => told.push("redone") };
  add(one, "a");
  one.steps.accompany(beside);
  expect(one.steps.isNewest(beside)).toBe(true);
  add(one, "b");
  expect(one.steps.isNewest(beside)).toBe(false);
  one.undo.undo();
  expect(told).toEqual([]);
  one.undo.undo();
  one.undo.redo();
  one.undo.undo();
  expect(told).toEqual(["undone", "redone", "undone"]);
});

test("what goes with a step is left alone when somebody else's work keeps the step from being undone", async () => {
  const [one, other] = [await tab(), await tab()];
  const told: string[] = [];
  add(one, "a");
  one.steps.accompany({ undone: () => told.push("undone"), redone: () => told.push("redone") });
  change(other, "move", () => nodes(other).get("a")?.set("at", [2, 2]));
  one.undo.undo();
  expect([nodes(one).size, told]).toEqual([1, []]);
});

test("a component follows the status of its document", async () => {
  const { result, unmount } = renderHook(() => useDocument("p", "pipelines/train.yaml").status);
  expect(result.current).toBe("connecting");
  await settle();
  expect(result.current).toBe("live");
  act(() => hub.say({ kind: "gone" }));
  expect(result.current).toBe("gone");
  hub.goDown();
  await settle();
  expect(result.current).toBe("offline");
  unmount();
});

test("a component is given the document that took the place of another history", async () => {
  const { result, unmount } = renderHook(() => useDocument("p", "pipelines/train.yaml"));
  await settle();
  hub.goDown();
  hub.restart("second");
  hub.up = true;
  await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)));
  expect([result.current.status, result.current.successor]).toEqual(["live", null]);
  unmount();
});

test("who may not write is told so, and what cannot be read is said", async () => {
  hub.writable = false;
  const one = await tab();
  expect([one.status, one.writable]).toEqual(["readonly", false]);
  hub.say({ kind: "unreadable", message: "is not YAML", line: 3 });
  expect(one.unreadable).toEqual({ message: "is not YAML", line: 3 });
  hub.say({ kind: "readable" });
  expect(one.unreadable).toBeNull();
  hub.say({ kind: "trouble", message: "the disk is full", hint: "Free some space." });
  expect(one.trouble?.message).toBe("the disk is full");
});

test("a document that is refused is not asked for again", async () => {
  const one = await tab();
  hub.say({ kind: "refused", user: "ada", code: "not_found", message: "There is no file.", hint: null });
  for (const socket of [...hub.sockets]) socket.end(4404);
  await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
  expect([one.status, hub.addresses.length]).toEqual(["refused", 1]);
});

test("the connection of all documents is known together", async () => {
  const { result } = renderHook(() => useConnection());
  const held = openDocument("p", "a.py");
  await settle();
  expect(result.current.state).toBe("live");
  hub.goDown();
  await settle();
  expect(result.current.state).toBe("offline");
  held.release();
});

test.each([
  ["more at once than the server takes", 1009, true],
  ["edits of who may no longer edit", 1012, false],
])("%s is not sent again and again, but kept for the person", async (_, code, writable) => {
  const held = openDocument("p", "pipelines/train.yaml");
  await settle();
  hub.writes = false;
  add(held, "mine");
  expect(held.unsaved).toBe(true);
  hub.restart(hub.epoch);
  hub.writable = writable;
  for (const socket of [...hub.sockets]) socket.end(code);
  await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)));
  const fresh = openDocument("p", "pipelines/train.yaml");
  expect([fresh.status, fresh.unsaved, nodes(fresh).size, hub.doc.getMap("nodes").size]).toEqual([
    writable ? "live" : "readonly",
    false,
    0,
    0,
  ]);
  expect(rescued()[0]?.text).toContain("mine");
  fresh.release();
  held.release();
});

test("who is signed out is told so, and keeps what was not saved", async () => {
  hub.writes = false;
  const one = await tab();
  add(one, "mine");
  for (const socket of [...hub.sockets]) socket.end(4401);
  await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
  expect([one.status, one.trouble?.message, hub.addresses.length]).toEqual([
    "refused",
    "You are signed out.",
    1,
  ]);
  expect(rescued()[0]?.text).toContain("mine");
});

test("a network that goes away is noticed at once, and one that comes back too", async () => {
  const one = await tab();
  hub.up = false;
  window.dispatchEvent(new Event("offline"));
  await settle();
  expect(one.status).toBe("offline");
  await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
  hub.up = true;
  await act(async () => void (await vi.advanceTimersByTimeAsync(5_000)));
  expect(one.status).toBe("live");
});
