import { afterEach, expect, test, vi } from "vitest";
import { useChannel } from "@/api/live";
import { patiently } from "./lazily";

let offline = false;
vi.mock("./document", () => ({ isOffline: () => offline, isOpening: () => false }));

afterEach(() => {
  offline = false;
  useChannel.setState({ state: "live" });
});

test.each([
  ["an open document", () => (offline = true)],
  ["the live channel", () => useChannel.setState({ state: "offline" })],
])("what cannot be loaded while %s has lost the server is loaded when it is back", async (_, lose) => {
  lose();
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries < 100) throw new TypeError("Failed to fetch");
    return "the part";
  };
  expect(await patiently(load, 0)).toBe("the part");
});

test("what the server does not have is an error, after a few tries", async () => {
  const load = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(patiently(load, 0)).rejects.toThrow("Failed to fetch");
  expect(load).toHaveBeenCalledTimes(30);
});
