/** The interfaces of operations, and the ports that a node has by them. */

import { type Family, familyOf } from "./family";
import type { GraphNode, Source } from "./model";

export interface PortFacts {
  readonly name: string;
  readonly annotation: string | null;
  readonly required: boolean;
  /** What the docstring says of it. */
  readonly doc?: string;
}

export interface AttributeFacts extends PortFacts {
  readonly default: unknown;
  /** The default as Python writes it. */
  readonly written?: string | null;
  /** Which of the project's resources it takes, when it is a reference. */
  readonly reference?: "callable" | "class" | null;
  /** The names it takes, when it is an enumeration of the project. */
  readonly members?: readonly string[];
  /** Whether it may be null. */
  readonly optional?: boolean;
}

export interface Operation {
  readonly name: string;
  /** Inside the project; empty when it is built in. */
  readonly file: string;
  readonly inputs: readonly PortFacts[];
  readonly outputs: readonly PortFacts[];
  readonly attributes: readonly AttributeFacts[];
  readonly doc: string;
  readonly line: number;
  /** False: its file cannot be read now, and this is the interface that it had last. */
  readonly current: boolean;
}

export type Operations = ReadonlyMap<string, Operation>;

export interface Port {
  readonly name: string;
  readonly side: "input" | "output";
  readonly annotation: string | null;
  readonly family: Family;
  readonly required: boolean;
  /** False: the operation has no such port (any more); it is kept because a connection names it. */
  readonly known: boolean;
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * The ports of a node: those of its operation, and behind them those that only connections name, so that nothing
 * that stands in the file is ever invisible. `taken` names the outputs that other nodes take from it.
 */
export function portsOf(node: GraphNode, operations: Operations, taken: Iterable<string | null> = []): Ports {
  const operation = operations.get(node.operation);
  const inputs = (operation?.inputs ?? []).map((facts) => port(facts, "input"));
  const outputs = (operation?.outputs ?? []).map((facts) => port(facts, "output"));
  for (const name of Object.keys(node.inputs)) if (!has(inputs, name)) inputs.push(unknown(name, "input"));
  for (const name of taken) {
    if (name !== null && !has(outputs, name)) outputs.push(unknown(name, "output"));
    if (name === null && outputs.length === 0) outputs.push(unknown("", "output"));
  }
  return { inputs, outputs };
}

/** The name of the output that a source means; null when that cannot be told. */
export function outputOf(source: Source, node: GraphNode | undefined, operations: Operations): string | null {
  if (source.output !== null) return source.output;
  const outputs = node ? operations.get(node.operation)?.outputs : undefined;
  return outputs?.length === 1 ? (outputs[0]?.name ?? null) : null;
}

/** What is written between `node.` and the end: the output's name, left out where there is only one. */
export function sourceFor(node: GraphNode, output: string): Source {
  return { node: node.id, output: output === "" ? null : output };
}

/** `images: ndarray`, or the name alone. */
export function signature(facts: { name: string; annotation: string | null }): string {
  return facts.annotation === null ? facts.name : `${facts.name}: ${facts.annotation}`;
}

function port(facts: PortFacts, side: Port["side"]): Port {
  return { ...facts, side, family: familyOf(facts.annotation), known: true };
}

function unknown(name: string, side: Port["side"]): Port {
  return { name, side, annotation: null, family: "any", required: false, known: false };
}

function has(ports: readonly Port[], name: string): boolean {
  return ports.some((one) => one.name === name);
}
