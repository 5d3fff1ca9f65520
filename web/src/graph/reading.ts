/** Graphs from what the server tells of pipelines: nodes by name, inputs as `node.output`. */

import type { Graph, GraphNode, Loose, Note, Point, Source } from "./model";
import type { AttributeFacts, Operation, Operations } from "./operation";
import { behind } from "./order";

export interface WrittenNode {
  readonly name: string;
  readonly operation: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly references?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly at?: readonly number[] | null;
  readonly cache?: boolean | null;
  readonly bypass?: boolean;
  readonly through?: Readonly<Record<string, string | null>>;
  readonly mute?: boolean;
  readonly pin?: boolean;
}

interface WrittenPort {
  readonly name: string;
  readonly annotation?: string | null;
  readonly required?: boolean;
  readonly doc?: string;
}

export interface WrittenOperation {
  readonly name: string;
  readonly file?: string;
  readonly inputs: readonly WrittenPort[];
  readonly outputs: readonly WrittenPort[];
  readonly attributes?: readonly (WrittenPort & Partial<Omit<AttributeFacts, keyof WrittenPort>>)[];
  readonly doc?: string;
  readonly line?: number;
  readonly current?: boolean;
}

/** The id that a node has when it is read from a file. */
export function idOf(name: string): string {
  return `n-${name}`;
}

/** A pipeline as it is written, as a graph. */
export function graphFrom(written: readonly WrittenNode[], notes: readonly Note[] = []): Graph {
  const names = new Set(written.map((node) => node.name));
  const orders = behind([], written.length);
  const nodes = written.map((node, index): GraphNode => {
    const inputs = Object.entries(node.inputs ?? {}).map(
      ([port, text]) => [port, sourceFrom(text, names)] as const,
    );
    return {
      id: idOf(node.name),
      name: node.name,
      operation: node.operation,
      attributes: node.attributes ?? {},
      references: node.references ?? {},
      inputs: Object.fromEntries(inputs),
      resources: node.resources ?? {},
      order: orders[index] as string,
      ...(node.at && node.at.length === 2 && { at: [node.at[0], node.at[1]] as Point }),
      ...(typeof node.cache === "boolean" && { cache: node.cache }),
      ...(node.bypass && { bypass: true }),
      ...(node.through && Object.keys(node.through).length > 0 && { through: node.through }),
      ...(node.mute && { mute: true }),
      ...(node.pin && { pin: true }),
    };
  });
  return {
    nodes: new Map(nodes.map((node) => [node.id, node])),
    notes: new Map(notes.map((note) => [note.id, note])),
  };
}

/** `digits.images` as the node and its output; a text that names no node stays one. */
function sourceFrom(text: string, names: ReadonlySet<string>): Source | Loose {
  const dot = text.indexOf(".");
  const [name, output] = dot < 0 ? [text, null] : [text.slice(0, dot), text.slice(dot + 1)];
  return names.has(name) ? { node: idOf(name), output } : { text };
}

/** The operations by name. Of two with the same name, the first that can be read now counts. */
export function operationsFrom(written: readonly WrittenOperation[]): Operations {
  const found = new Map<string, Operation>();
  for (const one of written) {
    const current = one.current ?? true;
    if (found.get(one.name)?.current || (found.has(one.name) && !current)) continue;
    const facts = (port: WrittenPort) => ({
      name: port.name,
      annotation: port.annotation ?? null,
      required: port.required ?? false,
      ...(port.doc && { doc: port.doc }),
    });
    found.set(one.name, {
      name: one.name,
      file: one.file ?? "",
      inputs: one.inputs.map(facts),
      outputs: one.outputs.map(facts),
      attributes: (one.attributes ?? []).map((attribute) => ({
        ...facts(attribute),
        default: attribute.default ?? null,
        written: attribute.written ?? null,
        reference: attribute.reference ?? null,
        members: attribute.members ?? [],
        optional: attribute.optional ?? false,
      })),
      doc: one.doc ?? "",
      line: one.line ?? 1,
      current,
    });
  }
  return found;
}
