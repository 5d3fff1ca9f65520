import { expect, test } from "vitest";
import {
  type Figure,
  GRAPH,
  hasBoth,
  isGraph,
  isLarge,
  PLOTLY,
  pageOf,
  partsOf,
  pictureOf,
  withNewest,
} from "./media";

const figure: Figure = {
  job: "j",
  job_name: "train",
  figure: "curve",
  title: "The curve!",
  version: 3,
  created: "2026-11-21T10:00:00.000Z",
  parts: { "image/png": "aa", [PLOTLY]: "bb" },
  sizes: { "image/png": 10, [PLOTLY]: 50_000_000 },
};

test("a picture is loaded under its own type, anything else as bytes", () => {
  expect(pictureOf(figure)).toEqual({ media: "image/png", href: "/api/v1/blobs/aa?media=image/png" });
  expect(pictureOf({ ...figure, parts: { [PLOTLY]: "bb" } })).toBe(null);
  expect(hasBoth(figure)).toBe(true);
  expect(hasBoth({ ...figure, parts: { [PLOTLY]: "bb" } })).toBe(false);
  expect(partsOf(figure)).toEqual([
    { media: "image/png", href: "/api/v1/blobs/aa?media=image/png", name: "The-curve-3.png", size: 10 },
    { media: PLOTLY, href: "/api/v1/blobs/bb", name: "The-curve-3.plotly.json", size: 50_000_000 },
  ]);
});

test("a document is shown by an address of its own", () => {
  const page = pageOf("r", { ...figure, parts: { "image/svg+xml": "cc" }, figure: "a b&c" });
  expect(page?.href).toBe(
    "/api/v1/runs/r/figures/page?job=j&figure=a+b%26c&version=3&media=image%2Fsvg%2Bxml",
  );
  expect(pageOf("r", figure)).toBe(null);
  expect(isGraph({ ...figure, parts: { [GRAPH]: "dd" } })).toBe(true);
});

test("what a browser would be busy with for long is large", () => {
  expect(isLarge(figure, PLOTLY)).toBe(true);
  expect(isLarge(figure, "image/png")).toBe(false);
  expect(isLarge({ ...figure, sizes: { "image/png": 50_000_000 } }, "image/png")).toBe(true);
});

test("what has just been shown takes the place of the version before", () => {
  const newer = { ...figure, version: 4 };
  const other = { ...figure, figure: "other" };
  expect(withNewest([figure, other], newer)).toEqual([newer, other]);
  expect(withNewest([other], figure)).toEqual([other, figure]);
});
