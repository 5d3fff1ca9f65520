/** Parts of views that are loaded when they are first shown, or in an idle moment before. */
import { type ComponentType, createElement, lazy, type ReactNode, useRef } from "react";
import { useChannel } from "@/api/live";
import { queries } from "@/api/queries";
import { isOffline, isOpening } from "./document";

/** Milliseconds between two looks whether the page is quiet. */
const QUIET = 500;
const PAUSE = 1000;
/** How often it is tried while the server can be reached. */
const MOST = 30;

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** A component that is loaded when it is first shown; while the server is away, that is waited for. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own `lazy`
export function lazily<Props = any>(load: Load<Props>) {
  if (import.meta.env.PROD && !isThrifty()) later(load);
  return lazy(() => patiently(load));
}

/** What will be wanted sooner or later, and should be there when the server is not. */
const waiting: (() => Promise<unknown>)[] = [];
/** How many parts somebody waits for. */
let wanted = 0;
/** Whether nothing was waited for at the last look: once may be the moment between two steps of opening a view. */
let wasQuiet = false;

function later(load: () => Promise<unknown>): void {
  if (waiting.push(load) === 1) whenIdle(() => void loadNext());
}

/** Load one after another, each in an idle moment of a page on which nothing has been waited for for a while. */
async function loadNext(): Promise<void> {
  const isLoading = document.readyState !== "complete" || wanted > 0 || queries.isFetching() > 0;
  const isQuiet = !(isLoading || isOpening() || isOffline());
  const isTime = isQuiet && wasQuiet;
  wasQuiet = isQuiet;
  if (isTime)
    await waiting
      .shift()?.()
      .catch(() => undefined); // who shows it tries again
  if (waiting.length > 0) setTimeout(() => whenIdle(() => void loadNext()), isTime ? 0 : QUIET);
}

const whenIdle = (act: () => void): unknown =>
  "requestIdleCallback" in window ? requestIdleCallback(act) : setTimeout(act, QUIET);

/** Whether it is or was wanted: from the first time on it stays, so that it can close as it opened. */
export function useOnceWanted(now: boolean): boolean {
  const wanted = useRef(now);
  wanted.current ||= now;
  return wanted.current;
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
  wanted += 1;
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        return await load();
      } catch (error) {
        if (isOffline() || useChannel.getState().state === "offline") tries = 0;
        else if (tries >= MOST) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  } finally {
    wanted -= 1;
  }
}
