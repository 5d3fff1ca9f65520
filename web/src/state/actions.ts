/**
 * Actions: every command is one object, which menus, buttons, keys, the palette and tests use alike.
 *
 * A view registers its actions while it is shown. Of two with the same key, the one registered last acts.
 */
import type { ComponentType } from "react";
import { useEffect, useMemo } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";

export interface Action {
  /** Names it for good, such as `canvas.tidy`; bindings are kept under it. */
  id: string;
  label: string;
  group: string;
  /** Keys as written in `Mod+Shift+Z`; Mod is Ctrl, or Command on a Mac. */
  keys?: string[];
  icon?: ComponentType<{ size?: number | string; stroke?: number }>;
  /** What it is done to, where it is one of many: found by that name alone, too. */
  subject?: string;
  /** More words to find it by. */
  words?: string;
  /** Whether it makes sense now; left out: always. */
  when?: () => boolean;
  /** Whether its keys act while somebody types into a field, but for those that write something. */
  inFields?: boolean;
  /** What its keys are meant for: they act while the focus is in it, before all that have no such place. */
  within?: () => Element | null;
  /** The address to which it only leads: a menu has a link there, for a tab of its own. */
  leadsTo?: string;
  perform: () => void;
}

interface Registry {
  stack: readonly (readonly Action[])[];
}

export const useRegistry = create<Registry>(() => ({ stack: [] }));

/** Offer actions while the component is there. `make` runs again when `changes` do. */
export function useActions(make: () => Action[], changes: readonly unknown[]): Action[] {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what they depend on
  const actions = useMemo(make, changes);
  useOffered(actions);
  return actions;
}

/** Have these in the registry while the component is there. */
export function useOffered(actions: readonly Action[]): void {
  useEffect(() => {
    if (actions.length === 0) return;
    useRegistry.setState(({ stack }) => ({ stack: [...stack, actions] }));
    return () => useRegistry.setState(({ stack }) => ({ stack: stack.filter((layer) => layer !== actions) }));
  }, [actions]);
}

/** All actions that are offered now, the newest first, each id once. */
export function offered(stack: Registry["stack"]): Action[] {
  const found = new Map<string, Action>();
  for (const layer of [...stack].reverse()) {
    for (const action of layer) if (!found.has(action.id)) found.set(action.id, action);
  }
  return [...found.values()];
}

export const isPossible = (action: Action): boolean => action.when?.() ?? true;

/** Do an action if it makes sense now; whether it did. */
export function perform(action: Action): boolean {
  if (!isPossible(action)) return false;
  action.perform();
  return true;
}

interface Bindings {
  /** Action → its keys, where the person chose others. */
  own: Record<string, string[]>;
  bind: (id: string, keys: string[] | null) => void;
}

/** The keys that the person chose. */
export const useBindings = create<Bindings>()(
  persist(
    (set) => ({
      own: {},
      bind: (id, keys) =>
        set(({ own }) => {
          const { [id]: _, ...rest } = own;
          return { own: keys === null ? rest : { ...rest, [id]: keys } };
        }),
    }),
    { name: "deepforge.keys" },
  ),
);

export function keysOf(action: Pick<Action, "id" | "keys">, own = useBindings.getState().own): string[] {
  return own[action.id] ?? action.keys ?? [];
}

const IS_MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const NAMED: Record<string, string> = {
  " ": "Space",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  Escape: "Esc",
};

/** The letter or digit on a key where what it writes cannot say it: other alphabets, and Option on a Mac. */
function plainKey({ key, code, altKey }: KeyboardEvent): string {
  const printed = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  const strange = key === "Dead" || (key.length === 1 && key > "~");
  return printed && (strange || (altKey && key.length === 1)) ? printed : key;
}

/** The keys that are down in an event, written as in `Action.keys`. */
export function keysIn(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (IS_MAC ? event.metaKey : event.ctrlKey) parts.push("Mod");
  if (IS_MAC && event.ctrlKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  const pressed = plainKey(event);
  const key = NAMED[pressed] ?? (pressed.length === 1 ? pressed.toUpperCase() : pressed);
  const isMark = key.length === 1 && !/[0-9]/.test(key) && key === key.toLowerCase();
  if (event.shiftKey && !isMark) parts.push("Shift");
  return [...parts, key].join("+");
}

/** Keys as a person reads them on this machine. */
export function shownKeys(keys: string): string[] {
  const words: Record<string, string> = IS_MAC
    ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" }
    : { Mod: "Ctrl", Up: "↑", Down: "↓", Left: "←", Right: "→" };
  return keys.split(/\+(?!$)/).map((key) => words[key] ?? key);
}

/** Find who acts on a key event, and have it act; whether somebody did. */
export function dispatch(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const keys = keysIn(event);
  const taken = isTaken(event.target, keys);
  const { own } = useBindings.getState();
  const meant = offered(useRegistry.getState().stack).filter((action) => keysOf(action, own).includes(keys));
  for (const action of nearestFirst(meant, event.target)) {
    if (taken && (!action.inFields || WRITES.test(keys))) continue;
    if (!perform(action)) continue;
    event.preventDefault();
    return true;
  }
  return false;
}

/** Without those that are meant for something else than what has the focus. */
function nearestFirst(actions: readonly Action[], target: EventTarget | null): Action[] {
  const isNear = (action: Action) => action.within?.()?.contains(target as Node | null);
  return [...actions.filter(isNear), ...actions.filter((action) => !action.within)];
}

/** Keys that write something; who types means that. */
const WRITES = /^(Shift\+)?(.|Space)$/;

const PRESSED =
  "button, a[href], summary, [role=button], [role=link], [role=menuitem], [role=option], [role=switch], [role=tab]";

/**
 * Whether the key belongs to what has the focus. What can be pressed takes Space and Enter, a checkbox Space alone; a
 * dialog and a menu take all keys from the view behind them.
 */
function isTaken(target: EventTarget | null, keys: string): boolean {
  if (target instanceof Element && target.closest("[role=dialog], [role=menu]")) return true;
  if (target instanceof HTMLElement && target.matches(PRESSED)) return keys === "Space" || keys === "Enter";
  if (target instanceof HTMLInputElement && target.type === "checkbox") return keys === "Space";
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
