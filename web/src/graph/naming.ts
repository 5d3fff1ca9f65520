/** Names and ids of nodes: what a name may be, and one that is free. */

import type { GraphNode, NodeId } from "./model";

const NAME = /^[^\p{Cc}./\\=\s](?:[^\p{Cc}./\\=]*[^\p{Cc}./\\=\s])?$/u;
const LONGEST = 200;

/** Why a text cannot be a node's name, as a sentence; null when it can. */
export function nameProblem(name: string, others: Iterable<string>): string | null {
  if (name.trim() === "") return "A node needs a name.";
  if (name.length > LONGEST) return `A name has at most ${LONGEST} characters.`;
  if (name.trim() !== name) return "A name neither begins nor ends with a space.";
  if (!NAME.test(name)) return "A name has no dot, slash, backslash or equals sign in it.";
  for (const other of others) if (other === name) return `There is a node ${name} already.`;
  return null;
}

/** The name itself when it is free, else with the next free number: `train`, `train-2`, `train-3`. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, "");
  for (let number = 2; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

/** The name that a new node of an operation gets: `LoadDigits` → `load-digits`. */
export function nameFor(operation: string, taken: ReadonlySet<string>): string {
  const words = operation
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replace(/[_\s./\\=]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return freeName(words || "node", taken);
}

export function namesOf(nodes: Iterable<GraphNode>): Set<string> {
  return new Set([...nodes].map((node) => node.name));
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A new id of a node, such as `n-qhzkwtrbxa`. */
export function freshNodeId(): NodeId {
  return `n-${letters(10)}`;
}

/** A new id of a note. */
export function freshNoteId(): string {
  return `note-${letters(10)}`;
}

function letters(count: number): string {
  const random = crypto.getRandomValues(new Uint32Array(count));
  return Array.from(random, (number) => LETTERS.charAt(number % LETTERS.length)).join("");
}
