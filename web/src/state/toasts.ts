/** Toasts: short words on what has happened, with a way back where there is one. */
import { create } from "zustand";
import { ApiError } from "@/api/client";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  message: string;
  hint?: string | null;
  undo?: () => unknown;
  /** One more thing that can be done about it. */
  more?: { label: string; perform: () => unknown };
}

const SHOWN_FOR = 8000;

export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));

let count = 0;

function show(toast: Omit<Toast, "id">): number {
  const id = ++count;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-3), { ...toast, id }] }));
  if (toast.kind === "done") setTimeout(() => dismiss(id), SHOWN_FOR);
  return id;
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Say that something is done; with `undo`, offer to take it back. */
export function done(message: string, undo?: Toast["undo"], more?: Toast["more"]): number {
  return show({ kind: "done", message, undo, more });
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
