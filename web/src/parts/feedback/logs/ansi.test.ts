import { expect, test } from "vitest";
import { spansOf } from "./ansi";

test("a line without styles is one span", () => {
  expect(spansOf("plain")).toEqual([{ text: "plain", style: {} }]);
  expect(spansOf("")).toEqual([]);
});

test("styles begin and end where they are written", () => {
  expect(spansOf("a\x1b[1;31mb\x1b[22mc\x1b[0md")).toEqual([
    { text: "a", style: {} },
    { text: "b", style: { bold: true, color: 1 } },
    { text: "c", style: { bold: false, dim: false, color: 1 } },
    { text: "d", style: {} },
  ]);
});

test("bright, indexed and true colours are understood, with either separator", () => {
  const colors = (line: string) => spansOf(line).map(({ style }) => [style.color, style.background]);
  expect(colors("\x1b[95ma\x1b[39;104mb")).toEqual([
    [13, undefined],
    [undefined, 12],
  ]);
  expect(colors("\x1b[38;5;9ma\x1b[38;5;196mb\x1b[48;5;240mc")).toEqual([
    [9, undefined],
    ["#ff0000", undefined],
    ["#ff0000", "#585858"],
  ]);
  expect(colors("\x1b[38;2;1;2;300;1ma")).toEqual([["#0102ff", undefined]]);
  expect(spansOf("\x1b[38;2;1;2;3;4ma")[0]!.style).toEqual({ color: "#010203", underline: true });
});

test("what is no style is left out, and markup is only text", () => {
  expect(spansOf("a\x07b\x1b[mc")).toEqual([{ text: "abc", style: {} }]);
  expect(spansOf("<script>alert(1)</script>")).toEqual([{ text: "<script>alert(1)</script>", style: {} }]);
});
