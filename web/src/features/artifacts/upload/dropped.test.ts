import { expect, test } from "vitest";
import { foundIn } from "./dropped";

const fileEntry = (name: string, data: File | Error) => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (good: (file: File) => void, bad: (error: Error) => void) =>
    data instanceof Error ? bad(data) : good(data),
});

function folderEntry(name: string, ...entries: object[]) {
  const batches = [entries, []];
  const createReader = () => ({
    readEntries: (good: (some: object[]) => void) => good(batches.shift() ?? []),
  });
  return { name, isFile: false, isDirectory: true, createReader };
}

const dropped = (...entries: object[]) =>
  foundIn({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) } as unknown as DataTransfer);

test("a folder stays a folder, also with a single file in it", async () => {
  const file = new File(["1"], "a.npy");
  expect(await dropped(folderEntry("data", fileEntry("a.npy", file)), fileEntry("a.npy", file))).toEqual([
    { name: "data", isFolder: true, files: [{ path: "a.npy", file }] },
    { name: "a", isFolder: false, files: [{ path: "a.npy", file }] },
  ]);
});

test("what cannot be read is not passed over", async () => {
  const lost = new Error("It is gone.");
  await expect(dropped(folderEntry("data", fileEntry("a.npy", lost)))).rejects.toBe(lost);
});
