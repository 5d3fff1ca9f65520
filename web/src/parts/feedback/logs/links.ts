/** What in a line of a log leads somewhere: addresses, and places in the project's code. */

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "web"; text: string; href: string }
  | { kind: "code"; text: string; path: string; line: number };

const LINK = /(?<web>https?:\/\/[^\s"'<>`]+)|File "(?<file>[^"\n]+)", line (?<line>\d+)/g;
const INSIDE = /(?:^|\/)((?:operations|utils|layers|architectures)\/[^"]*\.py|serialization\.py)$/;
const OUTSIDE = /(?:^|\/)(?:site-packages|dist-packages|lib\/python[\d.]+)\//;

/** A text cut into what leads somewhere and what does not. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const until = (end: number) => {
    if (end > at) pieces.push({ kind: "text", text: text.slice(at, end) });
  };
  for (const found of text.matchAll(LINK)) {
    const { web, file, line } = found.groups!;
    const piece = web ? addressIn(web) : placeIn(found[0], file!, Number(line));
    if (!piece) continue;
    until(found.index);
    pieces.push(piece);
    at = found.index + piece.text.length;
  }
  until(text.length);
  return pieces;
}

function addressIn(web: string): Piece {
  const href = web.replace(/[.,;:!?)\]}]+$/, "");
  return { kind: "web", text: href, href };
}

function placeIn(text: string, file: string, line: number): Piece | null {
  const path = projectPath(file);
  return path === null ? null : { kind: "code", text, path, line };
}

/** The path within the project of a file that a job saw in its workspace; null for a file from elsewhere. */
export function projectPath(file: string): string | null {
  if (OUTSIDE.test(file)) return null;
  return INSIDE.exec(file)?.[1] ?? null;
}
