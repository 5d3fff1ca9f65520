import { expect, test } from "vitest";
import { tarOf } from "./tar";

const words = new TextDecoder();

async function blocks(files: Record<string, string>): Promise<Uint8Array> {
  const archive = tarOf(
    Object.entries(files).map(([path, content]) => ({ path, data: new Blob([content]) })),
  );
  return new Uint8Array(await archive.arrayBuffer());
}

test("a file takes a header, its bytes in whole blocks, and two empty blocks end the archive", async () => {
  const bytes = await blocks({ "a/b.py": "x = 1\n" });
  expect(bytes.length).toBe(4 * 512);
  expect(words.decode(bytes.slice(0, 6))).toBe("a/b.py");
  expect(words.decode(bytes.slice(124, 135))).toBe("00000000006");
  expect(words.decode(bytes.slice(512, 518))).toBe("x = 1\n");
  expect(bytes.slice(1024).every((byte) => byte === 0)).toBe(true);
});

test("the sum of a header is that of its bytes, its own place counted as spaces", async () => {
  const bytes = (await blocks({ a: "" })).slice(0, 512);
  const said = Number.parseInt(words.decode(bytes.slice(148, 154)), 8);
  bytes.fill(32, 148, 156);
  expect(bytes.reduce((sum, byte) => sum + byte, 0)).toBe(said);
});

test("a long path stands in a record that says its own length", async () => {
  const path = `${"d".repeat(120)}/ü.py`;
  const bytes = await blocks({ [path]: "" });
  const record = words.decode(bytes.slice(512, 1024)).split("\n")[0] ?? "";
  expect(record.split(" path=")[1]).toBe(path);
  expect(Number(record.split(" ")[0])).toBe(new TextEncoder().encode(`${record}\n`).length);
});
