/** The family of a type: what colour and which shape a port has. The shape tells it without the colour. */

import { alternatives, type Expression, parseExpression, split } from "./expression";

export type Family = "tensor" | "model" | "table" | "scalar" | "any";
export type Shape = "round" | "diamond" | "square" | "bar" | "ring";

export const SHAPES: Record<Family, Shape> = {
  tensor: "round",
  model: "diamond",
  table: "square",
  scalar: "bar",
  any: "ring",
};

/** The token of a family's colour, for style sheets and drawings alike. */
export const COLOURS: Record<Family, string> = {
  tensor: "var(--t-tensor)",
  model: "var(--t-model)",
  table: "var(--t-table)",
  scalar: "var(--t-scalar)",
  any: "var(--t-any)",
};

const TENSORS = /^(?:\w*NDArray|ndarray|\w*Tensor|ArrayLike|Array|csr_matrix|Image)$/;
const MODELS =
  /^(?:Module|Model|Sequential|Functional|\w+Model|\w+Module|\w*Net|\w*Network|Pipeline|BaseEstimator|\w+(?:Classifier|Regressor|Estimator|Transformer))$/;
const TABLES =
  /^(?:DataFrame|LazyFrame|Series|Table|RecordBatch|Dataset|\w+Dataset|DataLoader|dict|TypedDict)$/;
const SCALARS =
  /^(?:bool|int|float|complex|str|bytes|Path|PathLike|Literal|date|datetime|timedelta|Decimal|None)$/;
const CONTAINERS = new Set(["list", "tuple", "set", "frozenset", "Sequence", "Iterable", "Iterator"]);

/** The family of an annotation as written; a port without one may carry anything. */
export function familyOf(annotation: string | null): Family {
  const node = annotation === null ? null : parseExpression(annotation);
  return node === null ? "any" : family(node);
}

function family(node: Expression): Family {
  const members = alternatives(node).filter((one) => split(one).name !== "None");
  const found = new Set(members.map(familyOfOne));
  const [only] = found;
  if (members.length === 0) return "scalar";
  return found.size === 1 && only ? only : "any";
}

function familyOfOne(node: Expression): Family {
  const { name, parts } = split(node);
  if (CONTAINERS.has(name)) {
    const inside = parts[0] ? family(parts[0]) : "any";
    return inside === "scalar" || inside === "any" ? "table" : inside;
  }
  if (SCALARS.test(name)) return "scalar";
  if (TABLES.test(name)) return "table";
  if (TENSORS.test(name)) return "tensor";
  if (MODELS.test(name)) return "model";
  return "any";
}
