import { expect, test } from "vitest";
import { freeName, nameTrouble } from "./files";

test.each([
  ["train", null],
  ["vision/train 2", null],
  ["", "A pipeline needs a name."],
  ["Train", "There is a pipeline train already."],
  ["../train", "Use letters, digits, spaces, - and _; a slash makes a folder."],
  ["train.", "Use letters, digits, spaces, - and _; a slash makes a folder."],
])("a pipeline called %j: %s", (name, trouble) => {
  expect(nameTrouble(name, name === "train" ? [] : ["train"])).toBe(trouble);
});

test("a copy gets the next free name", () => {
  expect(freeName("train", ["train", "train-2"])).toBe("train-3");
});
