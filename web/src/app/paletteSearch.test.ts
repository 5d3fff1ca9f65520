import { expect, test } from "vitest";
import type { Action } from "@/state/actions";
import { cornerAt, matching } from "./paletteSearch";

const action = (label: string, group: string, more: Partial<Action> = {}): Action => ({
  id: `${group} ${label}`,
  label,
  group,
  perform: () => {},
  ...more,
});

const COMMANDS = [
  action("Undo", "Edit"),
  action("Add blur", "Operations", { subject: "blur", words: "Make it soft" }),
  action("Add Train", "Operations", { subject: "Train" }),
];
const PLACES = [action("blur", "Operation"), action("train", "Pipeline"), action("undoing", "Project")];

const labels = (text: string) => matching(text, COMMANDS, PLACES).map(({ label }) => label);

test("adding an operation comes before the places of its name", () => {
  expect(labels("blur")).toEqual(["Add blur", "blur"]);
  expect(labels("blr")).toEqual(["Add blur", "blur"]);
  expect(labels("train")).toEqual(["Add Train", "train"]);
});

test("commands are found by their labels, too", () => {
  expect(labels("add blur")[0]).toBe("Add blur");
  expect(labels("undo")).toEqual(["Undo", "undoing"]);
  expect(labels("soft")).toEqual(["Add blur"]);
});

test("the field is at the pointer, and the palette stays in the window", () => {
  const [palette, window] = [
    { width: 600, height: 480 },
    { width: 1440, height: 900 },
  ];
  expect(cornerAt([400, 300], palette, window)).toEqual({ left: 340, top: 276 });
  expect(cornerAt([1430, 890], palette, window)).toEqual({ left: 832, top: 412 });
  expect(cornerAt([0, 0], palette, { width: 360, height: 400 })).toEqual({ left: 8, top: 8 });
});
