import { expect, test } from "vitest";
import { choicesOf, lastOf, NOTHING, type Resource } from "./resources";

const resource = (name: string, kind: Resource["kind"]): Resource => ({
  name,
  kind,
  file: "utils/x.py",
  line: 1,
  signature: "()",
  doc: "",
});
const RESOURCES = [
  resource("utils.losses.focal", "function"),
  resource("utils.losses.Dice", "class"),
  resource("models.ConvNet", "class"),
];
const shown = (...asked: Parameters<typeof choicesOf>) =>
  choicesOf(...asked).map(({ group, items }) => [group, ...items.map(({ value }) => value)]);

test("resources are offered by their modules", () => {
  expect(shown(RESOURCES, "callable", "", false)).toEqual([
    ["utils.losses", "utils.losses.focal", "utils.losses.Dice"],
    ["models", "models.ConvNet"],
  ]);
});

test("where a class is wanted only classes are offered, and nothing where that may be", () => {
  expect(shown(RESOURCES, "class", "", true)).toEqual([
    ["", NOTHING],
    ["utils.losses", "utils.losses.Dice"],
    ["models", "models.ConvNet"],
  ]);
});

test("what is chosen stays in sight, also what does not fit and what is gone", () => {
  expect(shown(RESOURCES, "class", "utils.losses.focal", false)[0]).toEqual([
    "utils.losses",
    "utils.losses.focal",
    "utils.losses.Dice",
  ]);
  expect(shown(RESOURCES, "class", "utils.gone.Net", false)[0]).toEqual([
    "not in the project",
    "utils.gone.Net",
  ]);
  expect(shown(RESOURCES, "class", NOTHING, true)[0]).toEqual(["", NOTHING]);
});

test("the last name of a resource is shown, whole where it is a path", () => {
  expect(lastOf("utils.losses.focal")).toBe("focal");
  expect(lastOf("architectures/convnet")).toBe("architectures/convnet");
});
