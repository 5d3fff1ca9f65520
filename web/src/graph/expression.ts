/** Python's type expressions as a tree: what stands behind the colon of a parameter, read without Python. */

export type Expression =
  | { kind: "name"; name: string }
  | { kind: "subscript"; value: Expression; parts: Expression[] }
  | { kind: "union"; left: Expression; right: Expression }
  | { kind: "constant"; type: "None" | "bool" | "int" | "float" | "str" | "ellipsis"; text: string }
  | { kind: "list"; parts: Expression[] };

const TOKEN =
  /\s*(?:([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|(\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(\.\.\.|[[\](),.|-]))/y;

const NONE: Expression = { kind: "constant", type: "None", text: "None" };

const read = new Map<string, Expression | null>();

/** The annotation as an expression; null when it is none. */
export function parseExpression(text: string): Expression | null {
  let found = read.get(text);
  if (found === undefined) {
    found = parse(text.trim());
    if (read.size > 1000) read.clear();
    read.set(text, found);
  }
  return found;
}

/** An annotation that is written as text, such as `"np.ndarray"`, as the expression it stands for. */
function unquoted(node: Expression): Expression {
  if (node.kind !== "constant" || node.type !== "str") return node;
  return parse(node.text.slice(1, -1).trim()) ?? node;
}

/** The members of a union, however it is written; else the node itself. */
export function alternatives(given: Expression): Expression[] {
  const node = unquoted(given);
  if (node.kind === "union") return [...alternatives(node.left), ...alternatives(node.right)];
  const { name, parts } = split(node);
  const first = parts[0];
  if (!first) return [node];
  if (name === "Union") return parts.flatMap(alternatives);
  if (name === "Optional") return [...alternatives(first), NONE];
  if (name === "Annotated" || name === "Final") return alternatives(first);
  return [node];
}

const RENAMED: Record<string, string> = {
  List: "list",
  Dict: "dict",
  Tuple: "tuple",
  Set: "set",
  FrozenSet: "frozenset",
  Text: "str",
  NoneType: "None",
  OrderedDict: "dict",
  Mapping: "dict",
  MutableMapping: "dict",
};

/** The name of a type without its module, and what stands in its brackets. */
export function split(given: Expression): { name: string; parts: Expression[] } {
  const node = unquoted(given);
  if (node.kind === "subscript") return { name: split(node.value).name, parts: node.parts };
  if (node.kind === "constant") return { name: node.type === "None" ? "None" : "", parts: [] };
  if (node.kind !== "name") return { name: "", parts: [] };
  const last = node.name.slice(node.name.lastIndexOf(".") + 1);
  return { name: Object.hasOwn(RENAMED, last) ? (RENAMED[last] as string) : last, parts: [] };
}

/** The expression as Python would write it. */
export function unparse(node: Expression): string {
  switch (node.kind) {
    case "name":
      return node.name;
    case "constant":
      return node.type === "str" ? `'${node.text.slice(1, -1)}'` : node.text;
    case "union":
      return `${unparse(node.left)} | ${unparse(node.right)}`;
    case "list":
      return `[${node.parts.map(unparse).join(", ")}]`;
    case "subscript":
      return `${unparse(node.value)}[${node.parts.map(unparse).join(", ")}]`;
  }
}

class Unreadable extends Error {}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new Unreadable(text);
    found.push(match[0].trim());
  }
  return found;
}

function parse(text: string): Expression | null {
  try {
    const words = tokens(text);
    const reader = new Reader(words);
    const node = reader.union();
    return reader.at === words.length ? node : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

const DEEPEST = 50;

/** One reading of one list of words, left to right. */
class Reader {
  at = 0;
  private depth = 0;

  constructor(private readonly words: readonly string[]) {}

  union(): Expression {
    if (++this.depth > DEEPEST) throw new Unreadable();
    let left = this.single();
    while (this.words[this.at] === "|") {
      this.at++;
      left = { kind: "union", left, right: this.single() };
    }
    this.depth--;
    return left;
  }

  private single(): Expression {
    let node = this.atom();
    for (;;) {
      const word = this.words[this.at];
      if (word === "." && node.kind === "name") {
        this.at++;
        node = { kind: "name", name: `${node.name}.${this.identifier()}` };
      } else if (word === "[" && (node.kind === "name" || node.kind === "subscript")) {
        this.at++;
        const parts = this.until("]");
        if (parts.length === 0) throw new Unreadable();
        node = { kind: "subscript", value: node, parts };
      } else return node;
    }
  }

  private atom(): Expression {
    const word = this.words[this.at++];
    if (word === undefined) throw new Unreadable();
    if (word === "(") {
      const inside = this.until(")");
      if (inside.length !== 1) throw new Unreadable();
      return inside[0] as Expression;
    }
    if (word === "[") return { kind: "list", parts: this.until("]") };
    if (word === "...") return { kind: "constant", type: "ellipsis", text: word };
    if (word === "-") {
      const number = this.atom();
      if (number.kind !== "constant" || (number.type !== "int" && number.type !== "float"))
        throw new Unreadable();
      return { ...number, text: `-${number.text}` };
    }
    if (word === "None") return NONE;
    if (word === "True" || word === "False") return { kind: "constant", type: "bool", text: word };
    if (/^["']/.test(word)) return { kind: "constant", type: "str", text: word };
    if (/^[\d.]*\d/.test(word))
      return { kind: "constant", type: /[.eE]/.test(word) ? "float" : "int", text: word };
    this.at--;
    return { kind: "name", name: this.identifier() };
  }

  private until(end: string): Expression[] {
    const parts: Expression[] = [];
    while (this.words[this.at] !== end) {
      parts.push(this.union());
      if (this.words[this.at] === ",") this.at++;
      else if (this.words[this.at] !== end) throw new Unreadable();
    }
    this.at++;
    return parts;
  }

  private identifier(): string {
    const word = this.words[this.at++];
    if (word === undefined || !/^[A-Za-z_\u0080-\uffff]/.test(word)) throw new Unreadable();
    return word;
  }
}
