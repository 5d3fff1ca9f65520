/**
 * Commands on one thing of several: a card, a row, a chart.
 *
 * From when it has the focus until another of its kind has it, they are in the palette and the sheet with its name;
 * their keys act while the focus is in it.
 */
import { type RefObject, useId, useMemo, useRef } from "react";
import { create } from "zustand";
import { type Action, useOffered } from "./actions";

/** Of each kind the one that had the focus last. */
const useLast = create<Record<string, string>>(() => ({}));
const NONE: readonly Action[] = [];

interface Thing<Box> {
  /** As its own menu has them, without its name. */
  actions: Action[];
  /** For the element that it is. */
  thing: { ref: RefObject<Box | null>; onFocus: () => void };
}

/** Offer actions on the thing that is called `name`. `make` runs again when `changes` do. */
export function useThing<Box extends Element = HTMLElement>(
  kind: string,
  name: string,
  make: () => Action[],
  changes: readonly unknown[],
): Thing<Box> {
  const key = useId();
  const ref = useRef<Box>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what they depend on
  const actions = useMemo(make, changes);
  const named = useMemo(
    () =>
      actions.map((action) => ({ ...action, label: `${action.label}: ${name}`, within: () => ref.current })),
    [actions, name],
  );
  const isLast = useLast((last) => last[kind] === key);
  useOffered(isLast ? named : NONE);
  return { actions, thing: { ref, onFocus: () => useLast.setState({ [kind]: key }) } };
}
