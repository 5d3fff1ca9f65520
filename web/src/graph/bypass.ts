/** What a bypassed node passes on: the rule of the server's `core/selection.py`. */

import { canMeet } from "./annotation";
import type { Operation } from "./operation";

/** For each output the input that was chosen, else the first, in order, whose annotation fits; null: nothing. */
export function bypassOf(
  operation: Operation | undefined,
  chosen: Readonly<Record<string, string | null>> = {},
): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const output of operation?.outputs ?? []) {
    const wanted = chosen[output.name];
    const isKnown = wanted === null || operation?.inputs.some((one) => one.name === wanted);
    found.set(output.name, isKnown && wanted !== undefined ? wanted : byRule(operation, output.annotation));
  }
  return found;
}

function byRule(operation: Operation | undefined, annotation: string | null): string | null {
  return operation?.inputs.find((one) => canMeet(one.annotation, annotation))?.name ?? null;
}
