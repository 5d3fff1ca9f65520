import { describe, expect, test } from "vitest";
import { canMeet } from "./annotation";
import { parseExpression, split, unparse } from "./expression";
import { familyOf } from "./family";

describe("annotations are read as Python reads them", () => {
  test.each([
    ["int", "int"],
    ["np.ndarray | None", "np.ndarray | None"],
    ["dict[str, list[int]]", "dict[str, list[int]]"],
    ["Callable[[int, str], bool]", "Callable[[int, str], bool]"],
    ["Literal['a', -1]", "Literal['a', -1]"],
    ["tuple[int, ...]", "tuple[int, ...]"],
    ["(int | str)", "int | str"],
  ])("%s", (text, written) => {
    const node = parseExpression(text);
    expect(node && unparse(node)).toBe(written);
  });

  test.each(["not ! one", "list[", "a b", "", "list[]", "f(x)", "|", "x[".repeat(80)])(
    "%j is none",
    (text) => {
      expect(parseExpression(text)).toBeNull();
    },
  );

  test("a type is known without its module and by its plain name", () => {
    const node = parseExpression("typing.List[int]");
    expect(node && split(node).name).toBe("list");
  });
});

describe("data can be what an input asks for", () => {
  test.each([
    ["int", "int"],
    ["int", "float"],
    ["bool", "int"],
    ["int | str", "str"],
    ["np.ndarray", "ndarray"],
    ["np.ndarray", "Any"],
    ["np.ndarray", "Optional[np.ndarray]"],
    ["'np.ndarray'", "np.ndarray"],
    ["list[int]", "List[float]"],
    ["list", "list[str]"],
    ["Literal['a']", "str"],
    ["Literal['a', 1]", "float"],
    ["Annotated[int, 'how many']", "float"],
    ["tuple[int, int]", "tuple[str]"],
    ["Optimizer", "int"],
    ["not ! one", "int"],
    ["Union[int, str]", "str"],
    ["dict[str, int]", "Mapping[str, float]"],
  ])("%s for %s", (source, target) => {
    expect(canMeet(source, target)).toBe(true);
  });

  test.each([
    ["float", "int"],
    ["str", "int"],
    ["np.ndarray", "pd.DataFrame"],
    ["Tensor", "ndarray"],
    ["list[str]", "list[int]"],
    ["dict[str, str]", "dict[str, int]"],
    ["Literal['a']", "int"],
    ["None", "int"],
    ["str | None", "int"],
  ])("but not %s for %s", (source, target) => {
    expect(canMeet(source, target)).toBe(false);
  });

  test("what is not annotated can be anything", () => {
    expect([canMeet(null, "int"), canMeet("int", null)]).toEqual([true, true]);
  });
});

describe("a type has a family, which gives colour and shape", () => {
  test.each([
    ["np.ndarray", "tensor"],
    ["torch.Tensor", "tensor"],
    ["npt.NDArray[np.float64]", "tensor"],
    ["list[torch.Tensor]", "tensor"],
    ["torch.nn.Module", "model"],
    ["keras.Model | None", "model"],
    ["ConvNet", "model"],
    ["RandomForestClassifier", "model"],
    ["pd.DataFrame", "table"],
    ["dict[str, float]", "table"],
    ["list[int]", "table"],
    ["int", "scalar"],
    ["str | None", "scalar"],
    ["Literal['a', 'b']", "scalar"],
    ["int | np.ndarray", "any"],
    ["Whatever", "any"],
    [null, "any"],
  ])("%s is of the family %s", (annotation, family) => {
    expect(familyOf(annotation)).toBe(family);
  });
});
