/**
 * Whether data of one annotation can be what another asks for: the rule of the server's `core/annotation.py`.
 * Only what is certain counts; a name that is not known here may be anything, and meets everything.
 */

import { alternatives, type Expression, parseExpression, split } from "./expression";

const MEETS = new Set([
  "bool int",
  "bool float",
  "bool complex",
  "int float",
  "int complex",
  "float complex",
]);

/** Types of which no value has two (but for those that `MEETS` lists). */
const CONCRETE = new Set([
  ...["None", "bool", "int", "float", "complex", "str", "bytes", "list", "dict", "tuple", "set", "frozenset"],
  ...["ndarray", "Tensor", "DataFrame"],
]);

/** Whether data annotated as `source` can be what `target` asks for; what is not annotated can be anything. */
export function canMeet(source: string | null, target: string | null): boolean {
  if (source === null || target === null) return true;
  const one = parseExpression(source);
  const other = parseExpression(target);
  return one === null || other === null || meet(one, other);
}

function meet(source: Expression, target: Expression): boolean {
  const others = alternatives(target);
  return alternatives(source).some((one) => others.some((other) => meetOne(one, other)));
}

function meetOne(source: Expression, target: Expression): boolean {
  const one = typeOf(source);
  const other = typeOf(target);
  if (one === null || other === null) return true;
  if (!CONCRETE.has(one.name) || !CONCRETE.has(other.name)) return true;
  if (one.name !== other.name) return MEETS.has(`${one.name} ${other.name}`);
  const pairs = one.parts.map((part, index) => [part, other.parts[index]] as const);
  const sized = one.parts.length === other.parts.length;
  if (
    ["list", "set", "frozenset"].includes(one.name)
      ? sized && pairs.length === 1
      : sized && one.name === "dict" && pairs.length === 2
  )
    return pairs.every(([left, right]) => right !== undefined && meet(left, right));
  return true;
}

/** The plain type, a Literal as the type of its values; null when a Literal's values are of several. */
function typeOf(node: Expression): { name: string; parts: Expression[] } | null {
  const { name, parts } = split(node);
  if (name !== "Literal") return { name, parts };
  const types = new Set(parts.filter((part) => part.kind === "constant").map((part) => part.type));
  const [only] = types;
  if (types.size !== 1 || only === undefined) return null;
  return { name: only, parts: [] };
}
