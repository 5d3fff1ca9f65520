/** Who may import whom. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SOURCE = resolve(import.meta.dirname);
const ALLOWED: Record<string, string[]> = {
  app: ["features", "parts", "state", "graph", "api", "ui"],
  features: ["parts", "state", "graph", "api", "ui"],
  parts: ["state", "graph", "api", "ui"],
  state: ["graph", "api"],
  graph: [],
  api: [],
  ui: [],
};

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);

/** What a file imports of ours, as paths below `src`. */
function imports(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(@\/[^"]+|\.{1,2}\/[^"]+)"/g)].map(([, path]) =>
    path!.startsWith("@/") ? path!.slice(2) : relative(SOURCE, resolve(SOURCE, dirname(file), path!)),
  );
}

const room = (path: string): string => path.split("/")[0]!;
const feature = (path: string): string => path.split("/").slice(0, 2).join("/");

function broken(file: string): string[] {
  const here = room(file);
  return imports(file)
    .filter((path) => {
      const there = room(path);
      if (here === "features" && there === "features") return feature(path) !== feature(file);
      return here !== there && !(ALLOWED[here] ?? []).includes(there);
    })
    .map((path) => `${file} imports ${path}`);
}

test("imports go one way, and a feature never imports a feature", () => {
  const inside = files.filter((file) => file.includes("/"));
  expect(inside.length).toBeGreaterThan(20);
  expect(inside.flatMap(broken)).toEqual([]);
});

test("the logic of graphs knows no React", () => {
  const found = files.filter(
    (file) =>
      room(file) === "graph" && /from "(react|@xyflow|yjs)/.test(readFileSync(join(SOURCE, file), "utf8")),
  );
  expect(found).toEqual([]);
});

test("no file is longer than 600 lines", () => {
  const long = files.filter(
    (file) => file !== "api/schema.d.ts" && readFileSync(join(SOURCE, file), "utf8").split("\n").length > 600,
  );
  expect(long).toEqual([]);
});
