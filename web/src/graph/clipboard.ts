/** What was copied, read and put into a graph. */

import type { Change } from "./change";
import { type CopiedNode, type CopiedSource, type Fragment, KIND, VERSION } from "./copying";
import type { Graph, GraphNode, Note, Point } from "./model";
import { freeName, freshNodeId, freshNoteId, namesOf } from "./naming";
import { behind } from "./order";

/** The fragment in a text; null when it is something else. A newer version is told as an error. */
export function readFragment(text: string): Fragment | null {
  if (!/^\s*\{/.test(text)) return null;
  let found: unknown;
  try {
    found = JSON.parse(text, readBig);
  } catch {
    return null;
  }
  if (!isRecord(found) || found.deepforge !== KIND) return null;
  if (found.version !== VERSION)
    throw new Error(`This was copied by another version of DeepForge (format ${String(found.version)}).`);
  if (!Array.isArray(found.nodes) || !Array.isArray(found.notes ?? [])) return null;
  const nodes = found.nodes.map(readNode);
  const notes = ((found.notes as unknown[] | undefined) ?? []).map(readNote);
  if (nodes.includes(null) || notes.includes(null)) return null;
  return {
    deepforge: KIND,
    version: VERSION,
    nodes: nodes as CopiedNode[],
    notes: notes as Omit<Note, "id">[],
  };
}

/**
 * A fragment put into a graph, its upper left corner at `at` (null: where it was, a step aside). With `keepLinks`,
 * inputs from outside of it take the node that has that name here; else they stay open.
 */
export function pasted(
  graph: Graph,
  fragment: Fragment,
  at: Point | null,
  keepLinks = false,
): { changes: Change[]; ids: string[] } {
  const [dx, dy] = offset(fragment, at);
  const ids = fragment.nodes.map(freshNodeId);
  const taken = namesOf(graph.nodes.values());
  const byName = new Map([...graph.nodes.values()].map((node) => [node.name, node.id]));
  const orders = behind(
    [...graph.nodes.values()].map((node) => node.order),
    fragment.nodes.length,
  );
  const nodes = fragment.nodes.map((node, index): Change => {
    const name = freeName(node.name, taken);
    taken.add(name);
    const inputs: Record<string, GraphNode["inputs"][string]> = {};
    for (const [port, source] of Object.entries(node.inputs)) {
      if ("text" in source) inputs[port] = source;
      else {
        const from = "node" in source ? ids[source.node] : keepLinks ? byName.get(source.outside) : undefined;
        if (from !== undefined) inputs[port] = { node: from, output: source.output };
      }
    }
    const where: Point = [node.at[0] + dx, node.at[1] + dy];
    return {
      do: "add",
      node: { ...node, id: ids[index] as string, name, inputs, at: where, order: orders[index] as string },
    };
  });
  const noteIds = fragment.notes.map(freshNoteId);
  const notes = fragment.notes.map(
    (note, index): Change => ({
      do: "add note",
      note: { ...note, id: noteIds[index] as string, at: [note.at[0] + dx, note.at[1] + dy] },
    }),
  );
  return { changes: [...nodes, ...notes], ids: [...ids, ...noteIds] };
}

/** Whether a text looks like Python that makes an operation. */
export function looksLikePython(text: string): boolean {
  return /^(?:async\s+)?(?:def|class)\s+[A-Za-z_]\w*\s*[(:]/m.test(text);
}

function offset(fragment: Fragment, at: Point | null): Point {
  const corners = [...fragment.nodes, ...fragment.notes].map((one) => one.at);
  if (!at || corners.length === 0) return [40, 40];
  const left = Math.min(...corners.map((corner) => corner[0]));
  const top = Math.min(...corners.map((corner) => corner[1]));
  return [at[0] - left, at[1] - top];
}

function readBig(_: string, value: unknown): unknown {
  if (!isRecord(value) || typeof value.bigint !== "string" || Object.keys(value).length > 1) return value;
  return /^-?\d+$/.test(value.bigint) ? BigInt(value.bigint) : value;
}

function readNode(found: unknown): CopiedNode | null {
  if (!isRecord(found) || typeof found.name !== "string" || typeof found.operation !== "string") return null;
  const inputs: Record<string, CopiedSource> = {};
  for (const [port, source] of Object.entries(record(found.inputs))) {
    if (!isRecord(source)) return null;
    const output = typeof source.output === "string" ? source.output : null;
    if (typeof source.node === "number") inputs[port] = { node: source.node, output };
    else if (typeof source.outside === "string") inputs[port] = { outside: source.outside, output };
    else if (typeof source.text === "string") inputs[port] = { text: source.text };
    else return null;
  }
  return {
    name: found.name,
    operation: found.operation,
    attributes: record(found.attributes),
    references: record(found.references) as Record<string, string>,
    resources: record(found.resources),
    inputs,
    at: readPoint(found.at),
    ...(typeof found.cache === "boolean" && { cache: found.cache }),
    ...(found.bypass === true && { bypass: true }),
    ...(isRecord(found.through) && { through: found.through as Record<string, string | null> }),
    ...(found.mute === true && { mute: true }),
    ...(found.pin === true && { pin: true }),
  };
}

function readNote(found: unknown): Omit<Note, "id"> | null {
  if (!isRecord(found) || typeof found.text !== "string") return null;
  return { text: found.text, at: readPoint(found.at), size: readPoint(found.size ?? [176, 80]) };
}

function readPoint(found: unknown): Point {
  return Array.isArray(found) && found.length === 2 && found.every(Number.isFinite)
    ? [found[0], found[1]]
    : [0, 0];
}

function record(found: unknown): Record<string, unknown> {
  return isRecord(found) ? found : {};
}

function isRecord(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}
