/** Tar archives made in the browser, so that a folder goes to the server in one piece and nothing is read into memory. */

export interface TarFile {
  path: string;
  data: Blob;
}

const BLOCK = 512;
const LONGEST_NAME = 100;
const text = new TextEncoder();

/** An archive of the files: their bytes are read only when it is sent. */
export function tarOf(files: readonly TarFile[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, data } of files) {
    const name = text.encode(path);
    if (name.length > LONGEST_NAME) {
      const record = pathRecord(path);
      parts.push(header("PaxHeader", record.length, "x"), record, padding(record.length));
    }
    parts.push(header(path, data.size, "0"), data, padding(data.size));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: "application/octet-stream" });
}

function header(path: string, size: number, kind: "0" | "x"): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  block.set(text.encode(path).slice(0, LONGEST_NAME), 0);
  put(block, 100, "0000644");
  put(block, 108, "0000000");
  put(block, 116, "0000000");
  put(block, 124, size.toString(8).padStart(11, "0"));
  put(block, 136, "00000000000");
  put(block, 148, "        ");
  put(block, 156, kind);
  put(block, 257, "ustar");
  put(block, 263, "00");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(block, 148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function put(block: Uint8Array, at: number, words: string): void {
  block.set(text.encode(words), at);
}

/** A record of the extended format: its own length stands in it. */
function pathRecord(path: string): Uint8Array<ArrayBuffer> {
  const rest = ` path=${path}\n`;
  const bytes = text.encode(rest).length;
  let length = bytes;
  while (String(length).length + bytes !== length) length = String(length).length + bytes;
  return text.encode(`${length}${rest}`);
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}
