/** What kind of field an attribute wants, by its annotation, or else by its default; and values as text and back. */
import { alternatives, type Expression, parseExpression, split } from "@/graph/expression";
import type { AttributeFacts } from "@/graph/operation";

export type FieldKind = "int" | "float" | "bool" | "str" | "path" | "choice" | "list" | "dict" | "any";

export interface FieldShape {
  kind: FieldKind;
  /** Whether null may be given. */
  optional: boolean;
  /** The values of a choice. */
  choices: readonly unknown[];
  /** The annotation as it stands in the code, for the person. */
  type: string;
}

const KINDS: Record<string, FieldKind> = {
  int: "int",
  float: "float",
  bool: "bool",
  str: "str",
  Path: "path",
  PathLike: "path",
  PurePath: "path",
  list: "list",
  tuple: "list",
  set: "list",
  frozenset: "list",
  Sequence: "list",
  Iterable: "list",
  dict: "dict",
};

export function shapeOf(attribute: AttributeFacts): FieldShape {
  const written = attribute.annotation;
  if (attribute.members?.length)
    return {
      kind: "choice",
      optional: attribute.optional === true,
      choices: attribute.members,
      type: written ?? "",
    };
  const node = written === null ? null : parseExpression(written);
  if (node === null) return byDefault(attribute);
  const all = alternatives(node);
  const rest = all.filter((one) => !isNone(one));
  const shape = { optional: rest.length < all.length, choices: [] as unknown[], type: written ?? "" };
  if (rest.length > 0 && rest.every((one) => split(one).name === "Literal")) {
    const choices = rest.flatMap((one) => split(one).parts.map(literal));
    return choices.includes(undefined) ? { ...shape, kind: "any" } : { ...shape, kind: "choice", choices };
  }
  const kinds = new Set(rest.map((one) => KINDS[split(one).name] ?? "any"));
  if (kinds.size === 2 && kinds.has("int") && kinds.has("float")) return { ...shape, kind: "float" };
  if (kinds.size === 2 && kinds.has("str") && kinds.has("path")) return { ...shape, kind: "path" };
  const [kind] = kinds;
  return { ...shape, kind: kinds.size === 1 && kind ? kind : "any" };
}

function byDefault({ default: value, required }: AttributeFacts): FieldShape {
  const shape = { optional: value === null && !required, choices: [], type: "" };
  if (typeof value === "boolean") return { ...shape, kind: "bool" };
  if (typeof value === "number" || typeof value === "bigint") return { ...shape, kind: "float" };
  if (typeof value === "string") return { ...shape, kind: "str" };
  if (Array.isArray(value)) return { ...shape, kind: "list" };
  if (value && typeof value === "object") return { ...shape, kind: "dict" };
  return { ...shape, kind: "any", optional: true };
}

const isNone = (node: Expression): boolean => node.kind === "constant" && node.type === "None";

function literal(node: Expression): unknown {
  if (node.kind !== "constant") return undefined;
  switch (node.type) {
    case "None":
      return null;
    case "bool":
      return node.text === "True";
    case "int":
    case "float":
      return Number(node.text.replaceAll("_", ""));
    case "str":
      return node.text.slice(1, -1);
    default:
      return undefined;
  }
}

/** A value as a person edits it. */
export function textOf(value: unknown, kind: FieldKind): string {
  if (value === undefined) return "";
  if (typeof value === "string" && kind !== "any" && kind !== "list" && kind !== "dict") return value;
  if (typeof value === "number" && kind === "float" && value !== 0 && Math.abs(value) < 1e-4)
    return value.toExponential();
  if (typeof value === "bigint") return String(value);
  return jsonOf(value);
}

/** JSON on one line, with spaces, as people write it. */
export function jsonOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(", ")}]`;
  if (value && typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}: ${jsonOf(entry)}`)
      .join(", ")}}`;
  return JSON.stringify(value) ?? "";
}

export type Typed = { value: unknown } | { wrong: string };

/** What was typed into a field, as a value of its kind; or why it is none. */
export function typed(text: string, kind: FieldKind): Typed {
  const words = text.trim();
  if (kind === "str" || kind === "path") return { value: text };
  if (kind === "int") {
    const whole = words.replaceAll("_", "");
    if (!/^[+-]?\d+$/.test(whole)) return { wrong: "Write a whole number." };
    const value = Number(whole);
    return Number.isSafeInteger(value) ? { value } : { value: BigInt(whole) };
  }
  if (kind === "float") {
    const value = words === "" ? Number.NaN : Number(words.replaceAll("_", ""));
    return Number.isFinite(value) ? { value } : { wrong: "Write a number, such as 0.1 or 1e-3." };
  }
  const found = json(words);
  if (kind === "any") return found ?? { value: text };
  if (!found)
    return { wrong: kind === "list" ? "Write a list, such as [32, 64]." : 'Write JSON, such as {"a": 1}.' };
  if (kind === "list" && !Array.isArray(found.value)) return { wrong: "Write a list, such as [32, 64]." };
  if (
    kind === "dict" &&
    (found.value === null || typeof found.value !== "object" || Array.isArray(found.value))
  )
    return { wrong: 'Write a mapping, such as {"a": 1}.' };
  return found;
}

function json(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
