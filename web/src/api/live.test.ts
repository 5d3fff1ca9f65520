import { afterEach, beforeEach, expect, test, vi } from "vitest";

const RUN = "run:01J00000000000000000000000";

/** A server with which sockets are opened: what each of them asked for, and how it answers. */
let sockets: Socket[] = [];
let there = new Set<string>();

class Socket {
  static readonly OPEN = 1;
  readyState = 0;
  readonly wishes: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    sockets.push(this);
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(said: string): void {
    const { subscribe } = JSON.parse(said) as { subscribe?: string };
    if (subscribe === undefined) return;
    this.wishes.push(subscribe);
    setTimeout(() => {
      if (this.readyState !== 1) return;
      if (there.has(subscribe))
        this.say({ seq: 1, topic: subscribe, kind: "subscribed", data: null, at: "" });
      else this.end(4404);
    });
  }

  say(event: object): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

async function channel() {
  vi.resetModules();
  return (await import("./live")).live;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("location", { protocol: "http:", host: "here" });
  sockets = [];
  there = new Set(["runs", "projects", RUN]);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what the address names and cannot be an id is not asked for", async () => {
  const live = await channel();
  live.follow("run:nonsense", () => {})();
  live.follow("run:", () => {});
  live.follow(RUN, () => {});
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sockets.map(({ wishes }) => wishes)).toEqual([[RUN]]);
});

test("one topic that may not be followed does not cost the others their connection", async () => {
  const live = await channel();
  const told: string[] = [];
  for (const topic of ["runs", "artifacts", RUN]) live.follow(topic, ({ topic }) => told.push(topic));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets.map(({ wishes }) => wishes)).toEqual([
    ["runs", "artifacts", RUN],
    ["runs", RUN],
  ]);
  expect(told).toEqual(["runs", "runs", RUN]);
});

test("who was refused asks again when the server lets them in anew", async () => {
  const live = await channel();
  live.follow("artifacts", () => {});
  await vi.advanceTimersByTimeAsync(10_000);
  there.add("artifacts");
  sockets.at(-1)?.end(1012);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sockets.at(-1)?.wishes).toEqual(["artifacts"]);
});

test("a server that hangs up at once is asked ever more seldom", async () => {
  const live = await channel();
  live.follow("runs", () => {});
  vi.spyOn(Socket.prototype, "send").mockImplementation(function (this: Socket) {
    this.end(1011);
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets.length).toBeLessThan(20);
});
