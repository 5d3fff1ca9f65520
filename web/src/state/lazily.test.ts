import { expect, test, vi } from "vitest";
import { patiently } from "./lazily";

let offline = false;
vi.mock("./document", () => ({ isOffline: () => offline }));

test("what cannot be loaded while the server is away is loaded when it is back", async () => {
  offline = true;
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries < 10) throw new TypeError("Failed to fetch");
    return "the part";
  };
  expect(await patiently(load, 0)).toBe("the part");
});

test("what the server does not have is an error, after a few tries", async () => {
  offline = false;
  const load = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(patiently(load, 0)).rejects.toThrow("Failed to fetch");
  expect(load).toHaveBeenCalledTimes(30);
});
