import { afterAll, vi } from "vitest";

/** Each file finds our modules, what is global and the page, if it needs one, as the first did. The libraries stay. */
vi.resetModules();
const { WebSocket } = globalThis;

afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  globalThis.WebSocket = WebSocket;
  if (typeof document === "undefined") return;
  const { cleanup } = await import("@testing-library/react");
  cleanup();
  document.head.replaceChildren();
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
});
