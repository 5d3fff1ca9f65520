// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { dismiss, pause, resume, send, useUploads } from "./transfer";

vi.mock("../queries", () => ({ refresh: async () => undefined }));
vi.mock("@/api/client", async (original) => {
  const upload = { id: "u", received: 0, size: 3 };
  return {
    ...(await original<typeof import("@/api/client")>()),
    ask: (answer: unknown) => answer,
    api: {
      GET: async () => upload,
      DELETE: async () => undefined,
      POST: async (path: string) => (path.endsWith("/finish") ? { artifact: "a" } : upload),
    },
  };
});

const [state, key] = [
  () => useUploads.getState().list[0]?.state,
  () => useUploads.getState().list[0]?.key ?? "",
];

afterEach(() => {
  dismiss(key());
  vi.unstubAllGlobals();
});

test("what was paused goes on, however soon", async () => {
  let held = true;
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) =>
    held
      ? new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
      : Promise.resolve(new Response(JSON.stringify({ received: 3 }))),
  );
  send("p", {
    name: "numbers",
    isFolder: false,
    files: [{ path: "a.txt", file: new File(["abc"], "a.txt") }],
  });
  await vi.waitFor(() => expect(state()).toBe("sending"));
  held = false;
  pause(key());
  resume(key());
  await vi.waitFor(() => expect(state()).toBe("done"));
});
