/** What the address of a view asks for behind its question mark, and how to ask for something else. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type Change = Readonly<Record<string, string | null>>;

/**
 * What is asked for, and what changes it: names with what they become, `null` for what is no longer asked.
 * `replace`: going back does not lead to what was asked before.
 */
export function useAddress(options?: { replace?: boolean }) {
  const [asked, setAsked] = useSearchParams();
  const replace = options?.replace ?? false;
  const change = useCallback(
    (changes: Change) => setAsked((now) => changed(now, changes), { replace }),
    [setAsked, replace],
  );
  return [asked, change] as const;
}

/** Another question: what is empty or `null` is left out of it. */
export function changed(asked: URLSearchParams, changes: Change): URLSearchParams {
  const next = new URLSearchParams(asked);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}
