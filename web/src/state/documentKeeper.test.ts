// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { type Hub, newHub } from "./documentHub";
import { MemoryShelf } from "./shelfMemory";

/** One tab of a browser: its own copy of all that the editor keeps in memory. */
type Tab = typeof import("./document") & typeof import("./rescues") & typeof import("./shelf");

const PATH = "pipelines/train.yaml";
let hub: Hub;
let shelf: MemoryShelf;

beforeEach(() => {
  vi.useFakeTimers();
  hub = newHub();
  shelf = new MemoryShelf();
});

afterEach(async () => {
  await crash();
  vi.useRealTimers();
});

async function newTab(): Promise<Tab> {
  vi.resetModules();
  const parts = [await import("./shelf"), await import("./rescues"), await import("./document")] as const;
  parts[0].furnish(shelf);
  return Object.assign({}, ...parts) as Tab;
}

async function opened(tab: Tab, path = PATH) {
  const document = tab.openDocument("p", path);
  await wait(50);
  return document;
}

type Opened = Awaited<ReturnType<typeof opened>>;

const wait = (time: number) => vi.advanceTimersByTimeAsync(time);
const names = (doc: Y.Doc) => Object.keys(doc.getMap("nodes").toJSON()).sort();
const rescued = async (): Promise<readonly import("./rescues").Rescue[]> => {
  const { renderHook } = await import("@testing-library/react");
  const { useRescues } = await import("./rescues"); // of the newest tab
  return renderHook(() => useRescues()).result.current;
};

function add(tab: Tab, document: Opened, id: string): void {
  tab.change(document, `add ${id}`, () => document.doc.getMap("nodes").set(id, new Y.Map()));
}

/** Close a tab as a power cut would: nothing that it knows or plans is there any more. */
async function crash(): Promise<void> {
  for (const socket of [...hub.sockets]) socket.end(1006);
  await wait(0);
  vi.clearAllTimers();
}

/** A tab that has edited without a server, and is no more. */
async function editedOffline(id: string): Promise<void> {
  hub.up = true;
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  add(tab, document, id);
  await wait(1500);
  await crash();
}

test("what was edited without the server comes in once when the file is opened again", async () => {
  await editedOffline("mine");
  expect(shelf.kept.size).toBe(1);
  hub.up = true;
  const document = await opened(await newTab());
  await wait(5000);
  expect([names(hub.doc), names(document.doc), document.unsaved]).toEqual([["mine"], ["mine"], false]);
  expect([shelf.kept.size, await rescued()]).toEqual([0, []]);
});

test("what the server has confirmed is not kept", async () => {
  const tab = await newTab();
  const document = await opened(tab);
  add(tab, document, "mine");
  await wait(5000);
  expect([document.unsaved, shelf.kept.size]).toEqual([false, 0]);
  hub.writes = false;
  add(tab, document, "more");
  await wait(1500);
  expect([document.unsaved, shelf.kept.size]).toEqual([true, 1]);
  hub.writes = true;
  for (const socket of hub.sockets) socket.saved();
  await wait(50);
  expect([document.unsaved, shelf.kept.size]).toEqual([false, 0]);
});

test("it is written once a second however fast one types, and at once when the page goes", async () => {
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  const put = vi.spyOn(shelf, "put");
  for (let count = 0; count < 20; count++) {
    add(tab, document, `n${count}`);
    await wait(100);
  }
  expect(put).toHaveBeenCalledTimes(2);
  add(tab, document, "last");
  expect(document.isKept).toBe(false);
  window.dispatchEvent(new Event("pagehide"));
  await wait(0);
  expect([document.isKept, shelf.kept.size]).toEqual([true, 1]);
  const doc = new Y.Doc();
  for (const { state } of shelf.kept.values()) Y.applyUpdate(doc, state);
  expect(names(doc)).toContain("last");
});

test("two tabs that open the file at once bring everything in once", async () => {
  hub.doc.getText("text").insert(0, "begin ");
  const first = await newTab();
  const document = await opened(first, "a.py");
  hub.goDown();
  await wait(50);
  document.text.insert(6, "offline ");
  await wait(1500);
  await crash();
  hub.up = true;
  const [one, other] = [await newTab(), await newTab()];
  const both = [one.openDocument("p", "a.py"), other.openDocument("p", "a.py")];
  await wait(5000);
  expect([hub.doc, ...both.map(({ doc }) => doc)].map((doc) => doc.getText("text").toString())).toEqual(
    Array(3).fill("begin offline "),
  );
  expect(shelf.kept.size).toBe(0);
});

test("what another tab has written since it was read is not taken away", async () => {
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  add(tab, document, "a");
  await wait(1500);
  const [read] = await shelf.all();
  add(tab, document, "b");
  await wait(1500);
  await tab.drop([read!]);
  expect(shelf.kept.size).toBe(1);
});

test("while the server is away the file is shown as it was, and can be edited on", async () => {
  await editedOffline("mine");
  const tab = await newTab();
  const document = await opened(tab);
  await wait(100);
  expect([document.status, document.ready, document.writable, names(document.doc)]).toEqual([
    "offline",
    true,
    true,
    ["mine"],
  ]);
  add(tab, document, "more");
  await wait(1500);
  expect(shelf.kept.size).toBe(1); // it has what the other entry had
  hub.up = true;
  await wait(10_000);
  expect([document.status, names(hub.doc), shelf.kept.size]).toEqual(["live", ["mine", "more"], 0]);
});

test("edits of another history are offered, and stay until the person has dealt with them", async () => {
  await editedOffline("mine");
  hub.restart("second");
  hub.up = true;
  const put = (await newTab()).putAside;
  const document = (await import("./document")).openDocument("p", PATH);
  await wait(5000);
  expect([names(hub.doc), names(document.successor?.doc ?? document.doc)]).toEqual([[], []]);
  const [first] = await rescued();
  expect([first?.why, first?.text.includes("mine")]).toEqual(["history", true]);
  put(first!);
  await crash();
  expect(shelf.kept.size).toBe(1);

  const next = await newTab();
  await opened(next);
  await wait(5000);
  const again = await rescued();
  expect(again).toHaveLength(1);
  next.forget(again[0]!);
  await wait(50);
  expect(shelf.kept.size).toBe(0);
});

test("edits of a file that is gone are offered", async () => {
  await editedOffline("mine");
  hub.up = true;
  hub.refuses = "not_found";
  await opened(await newTab());
  await wait(5000);
  expect((await rescued()).map(({ why, text }) => [why, text.includes("mine")])).toEqual([["gone", true]]);
});

test("a server that cannot open the file just now leaves the edits where they are", async () => {
  await editedOffline("mine");
  hub.up = true;
  hub.refuses = "unavailable";
  await opened(await newTab());
  await wait(5000);
  expect([await rescued(), shelf.kept.size]).toEqual([[], 1]);
});

test("who may not write any more is offered what was kept", async () => {
  await editedOffline("mine");
  hub.up = true;
  hub.writable = false;
  await opened(await newTab());
  await wait(5000);
  expect((await rescued()).map(({ why }) => why)).toEqual(["rights"]);
  expect(names(hub.doc)).toEqual([]);
});

test("an open tab that may not write any more offers what it had, once", async () => {
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  add(tab, document, "mine");
  await wait(1500);
  hub.writable = false;
  hub.up = true;
  await wait(10_000);
  expect((await rescued()).map(({ why }) => why)).toEqual(["rights"]);
  expect([document.successor?.status, shelf.kept.size]).toEqual(["readonly", 1]);
});

test("another account never sends them; they wait for who made them", async () => {
  await editedOffline("adas");
  hub.up = true;
  hub.user = "bob";
  const bob = await newTab();
  const document = await opened(bob);
  await wait(5000);
  const shown = document.successor ?? document;
  expect([names(hub.doc), names(shown.doc), shown.status, shelf.kept.size]).toEqual([[], [], "live", 1]);
  const { useToasts } = await import("./toasts");
  expect(useToasts.getState().toasts.map(({ message }) => message)).toEqual([
    expect.stringContaining("Another account has edits"),
  ]);
  expect(await rescued()).toEqual([]);
  await crash();
  hub.user = "ada";
  await opened(await newTab());
  await wait(5000);
  expect([names(hub.doc), shelf.kept.size]).toEqual([["adas"], 0]);
});

test("an open tab whose account changes while it is away sends nothing under the new name", async () => {
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  add(tab, document, "adas");
  hub.user = "bob";
  hub.up = true;
  await wait(10_000);
  expect([names(hub.doc), await rescued(), [...shelf.kept.values()].map(({ user }) => user)]).toEqual([
    [],
    [],
    ["ada"],
  ]);
});

test("who is signed out finds the edits when signed in again", async () => {
  hub.writes = false;
  const tab = await newTab();
  const document = await opened(tab);
  add(tab, document, "mine");
  for (const socket of [...hub.sockets]) socket.end(4401);
  await wait(50);
  expect(document.trouble?.hint).toContain("kept in this browser");
  expect(await rescued()).toEqual([]);
  await crash();
  hub.restart(hub.epoch);
  hub.writes = true;
  await opened(await newTab());
  await wait(5000);
  expect([names(hub.doc), shelf.kept.size]).toEqual([["mine"], 0]);
});

test("files that nobody shows are sent when that is asked for", async () => {
  await editedOffline("mine");
  hub.up = true;
  const tab = await newTab();
  await tab.look();
  tab.bringBack(tab.useShelf.getState().entries);
  await wait(20_000);
  expect([names(hub.doc), shelf.kept.size, hub.sockets.size]).toEqual([["mine"], 0, 0]);
});

test("where the browser keeps nothing, edits stay in the tab and it is known", async () => {
  shelf.room = false;
  const tab = await newTab();
  const document = await opened(tab);
  hub.goDown();
  await wait(50);
  add(tab, document, "mine");
  await wait(1500);
  expect([document.isKept, tab.useShelf.getState().works]).toEqual([false, false]);
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  expect(leaving.defaultPrevented).toBe(true);
  shelf.room = true;
  add(tab, document, "more");
  await wait(1500);
  expect([document.isKept, tab.useShelf.getState().works]).toEqual([true, true]);
  hub.up = true;
  await wait(10_000);
  expect([names(hub.doc), shelf.kept.size]).toEqual([["mine", "more"], 0]);
});
