// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDocument } from "@/state/document";
import { type Hub, newHub } from "@/state/documentHub";
import { Opening } from "./Opening";

let hub: Hub;
let answer: () => Promise<unknown>;

vi.mock("@/api/client", async (original) => ({
  ...(await original<object>()),
  api: { GET: () => answer() },
}));

beforeEach(() => {
  vi.useFakeTimers();
  hub = newHub();
  hub.up = false;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const wait = (time: number) => act(async () => void (await vi.advanceTimersByTimeAsync(time)));

function open(path: string): void {
  render(
    <MantineProvider>
      <Opening document={openDocument("p", path)} what="the file" />
    </MantineProvider>,
  );
}

test.each([
  ["web sockets do not get through", async () => ({ data: {}, response: new Response() })],
  ["web sockets do not get through", async () => ({ response: new Response("", { status: 403 }) })],
  ["The server cannot be reached.", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["The server cannot be reached.", async () => ({ response: new Response("", { status: 502 }) })],
])("after a while it is said that %s", async (words, given) => {
  answer = given;
  open(words);
  await wait(7_900);
  expect(screen.queryByRole("alert")).toBeNull();
  await wait(200);
  expect(screen.getByRole("alert").textContent).toContain(words);
});

test("it is tried again at once when that is asked for", async () => {
  answer = async () => ({ data: {}, response: new Response() });
  open("again.py");
  await wait(9_000);
  const asked = hub.addresses.length;
  hub.up = true;
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try again" })));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(hub.addresses.length).toBe(asked + 1);
});
