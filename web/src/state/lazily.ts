/** Parts of views that are loaded when they are first shown, or in a quiet moment before. */
import { type ComponentType, createElement, lazy, type ReactNode } from "react";
import { useChannel } from "@/api/live";
import { isOffline } from "./document";

/** Milliseconds after which what will be wanted sooner or later is loaded, so that it is there when the server is not. */
const QUIET = 1500;
const PAUSE = 1000;
/** How often it is tried while the server can be reached. */
const MOST = 30;

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** A component that is loaded when it is first shown; while the server is away, that is waited for. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own `lazy`
export function lazily<Props = any>(load: Load<Props>) {
  if (import.meta.env.PROD && !isThrifty()) setTimeout(() => void load().catch(() => undefined), QUIET);
  return lazy(() => patiently(load));
}

/** A view that is loaded when its address is visited. */
export function screen(load: () => Promise<{ Component: ComponentType }>): ReactNode {
  return createElement(lazy(async () => ({ default: (await patiently(load)).Component })));
}

/** Whether the person has asked to be spared what is not needed yet. */
function isThrifty(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** What is loaded, however long the server is away. Rejects when it is there and does not have it. */
export async function patiently<Thing>(load: () => Promise<Thing>, pause = PAUSE): Promise<Thing> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (isOffline() || useChannel.getState().state === "offline") tries = 0;
      else if (tries >= MOST) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
