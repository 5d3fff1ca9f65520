/** What a bypassed node passes on: the rule of the server's `core/selection.py`. */

import { canMeet } from "./annotation";
import type { Operation } from "./operation";

/** For each output the first input, in order, whose annotation fits; null where nothing fits. */
export function bypassOf(operation: Operation | undefined): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const output of operation?.outputs ?? []) {
    const input = operation?.inputs.find((one) => canMeet(one.annotation, output.annotation));
    found.set(output.name, input?.name ?? null);
  }
  return found;
}
