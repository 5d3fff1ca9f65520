/** Toasts: short words on what has happened, with a way back where there is one. */
import { create } from "zustand";
import { ApiError } from "@/api/client";

export interface Toast {
  id: number;
  /** `nothing`: what was asked for was not done, and nothing is lost by that. */
  kind: "done" | "nothing" | "failed";
  message: string;
  hint?: string | null;
  undo?: () => unknown;
  /** One more thing that can be done about it. */
  more?: { label: string; perform: () => unknown };
}

/** Milliseconds that a toast stays. */
const SHOWN_FOR = 8000;
/** Of those that tell of something done; what went wrong stays until somebody has seen it. */
const MOST_DONE = 3;

export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));

let count = 0;

const leaving = new Map<number, ReturnType<typeof setTimeout>>();

function show(toast: Omit<Toast, "id">): number {
  const id = ++count;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id }] }));
  if (toast.kind !== "failed") release(id);
  const { toasts } = useToasts.getState();
  for (const old of toasts.filter(({ kind }) => kind !== "failed").slice(0, -MOST_DONE)) dismiss(old.id);
  return id;
}

/** Keep a toast while somebody points at it or has the focus in it. */
export function hold(id: number): void {
  clearTimeout(leaving.get(id));
  leaving.delete(id);
}

/** Let a toast that does not have to be seen go again after its time. */
export function release(id: number): void {
  hold(id);
  leaving.set(
    id,
    setTimeout(() => dismiss(id), SHOWN_FOR),
  );
}

export function dismiss(id: number): void {
  hold(id);
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Say that something is done; with `undo`, offer to take it back. */
export function done(message: string, undo?: Toast["undo"], more?: Toast["more"]): number {
  return show({ kind: "done", message, undo, more });
}

/** Say why nothing was done; it goes like what is done, and at the latest with the page. */
export function nothing(reason: unknown): number {
  return show({ kind: "nothing", message: reason instanceof Error ? reason.message : String(reason) });
}

/** On another page nobody asks any more why nothing was done. */
export function leavePage(): void {
  for (const { id, kind } of useToasts.getState().toasts) if (kind === "nothing") dismiss(id);
}

/** Say what went wrong; it stays until it is dismissed. */
export function failed(error: unknown, what?: string): number {
  const message = error instanceof Error ? error.message : String(error);
  return show({
    kind: "failed",
    message: what ? `${what}: ${message}` : message,
    hint: error instanceof ApiError ? error.hint : null,
  });
}
