import { describe, expect, test } from "vitest";
import { shapeOf, textOf, typed } from "./fields";

const attribute = (annotation: string | null, value: unknown = null, required = false) => ({
  name: "rate",
  annotation,
  required,
  default: value,
});

describe("the kind of a field", () => {
  test.each([
    ["int", "int", false],
    ["float | None", "float", true],
    ["Optional[str]", "str", true],
    ["int | float", "float", false],
    ["bool", "bool", false],
    ["list[int]", "list", false],
    ["dict[str, float]", "dict", false],
    ["pathlib.Path", "path", false],
    ["str | os.PathLike", "path", false],
    ["nn.Module", "any", false],
    ["int | str", "any", false],
  ])("%s is edited as %s", (annotation, kind, optional) => {
    expect(shapeOf(attribute(annotation))).toMatchObject({ kind, optional });
  });

  test("a Literal is a choice of its values", () => {
    expect(shapeOf(attribute('Literal["sgd", "adam"]'))).toMatchObject({
      kind: "choice",
      choices: ["sgd", "adam"],
    });
    expect(shapeOf(attribute("Literal[1, 2] | None"))).toMatchObject({ choices: [1, 2], optional: true });
  });

  test.each([
    [5, "float"],
    [true, "bool"],
    ["adam", "str"],
    [[1], "list"],
    [{ a: 1 }, "dict"],
    [null, "any"],
  ])("without an annotation the default %j makes it %s", (value, kind) => {
    expect(shapeOf(attribute(null, value)).kind).toBe(kind);
  });
});

describe("what is typed", () => {
  test.each([
    ["12", "int", { value: 12 }],
    ["1_000", "int", { value: 1000 }],
    ["1.5", "int", { wrong: "Write a whole number." }],
    ["1e-3", "float", { value: 0.001 }],
    ["", "float", { wrong: "Write a number, such as 0.1 or 1e-3." }],
    [" text ", "str", { value: " text " }],
    ["[1, 2]", "list", { value: [1, 2] }],
    ["5", "list", { wrong: "Write a list, such as [32, 64]." }],
    ['{"a": 1}', "dict", { value: { a: 1 } }],
    ["[1]", "dict", { wrong: 'Write a mapping, such as {"a": 1}.' }],
    ["adam", "any", { value: "adam" }],
    ["null", "any", { value: null }],
  ] as const)("%j as %s", (text, kind, result) => {
    expect(typed(text, kind)).toEqual(result);
  });

  test("whole numbers beyond those of JavaScript stay exact", () => {
    expect(typed("9007199254740993", "int")).toEqual({ value: 9007199254740993n });
  });

  test.each([
    [0.00001, "float", "1e-5"],
    [0.1, "float", "0.1"],
    ["adam", "str", "adam"],
    ["adam", "any", '"adam"'],
    [[32, 64], "list", "[32, 64]"],
    [{ a: [1] }, "dict", '{"a": [1]}'],
    [null, "any", "null"],
  ] as const)("%j is shown as %s %s", (value, kind, text) => {
    expect(textOf(value, kind)).toBe(text);
  });
});

test("an enumeration of the project is a choice among the names of its members", () => {
  const attribute = {
    name: "optimizer",
    annotation: "Optimizer | None",
    required: false,
    default: "ADAM",
    members: ["ADAM", "SGD"],
    optional: true,
  };
  expect(shapeOf(attribute)).toEqual({
    kind: "choice",
    optional: true,
    choices: ["ADAM", "SGD"],
    type: "Optimizer | None",
  });
});
