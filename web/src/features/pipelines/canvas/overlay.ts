/** What runs and plans say about nodes, beside the graph itself: states, progress, problems. Filled by the run's parts. */

import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { NodeId } from "@/graph/model";
import type { ShownState } from "@/state/run";
import type { Place } from "../run/failure";

export type Next = "cached" | "pending";

export const NEXT: Record<Next, string> = {
  cached: "Cached: a run now takes what it gave.",
  pending: "Will run again.",
};

export interface NodeOverlay {
  state: ShownState | null;
  /** In place of the state's name, such as `running 0:14`. */
  word?: string;
  /** While it tells how its last job ended: what a run now would do with it. */
  next?: Next;
  /** Why it is in that state, or the last line of what went wrong. */
  reason?: string;
  /** The line of the project's code in which it failed. */
  place?: Place;
  /** What is known of its data or its progress, in the foot. */
  facts?: string;
  /** From 0 to 1. */
  progress?: number;
  left?: string;
  /** The shapes of what it took and gave last, as far as somebody asked for them. */
  shapes?: string;
  /** The points of its first series, in order. */
  spark?: readonly number[];
  /** What keeps it from running. */
  problems?: readonly string[];
}

export type OverlayStore = StoreApi<{ nodes: ReadonlyMap<NodeId, NodeOverlay> }>;

export function createOverlay(): OverlayStore {
  return createStore(() => ({ nodes: new Map() }));
}

const OverlayContext = createContext<OverlayStore>(createOverlay());
export const OverlayProvider = OverlayContext.Provider;

/** What is known of one node; the component renders again only when that changes. */
export function useNodeOverlay(id: NodeId): NodeOverlay | undefined {
  return useStore(useContext(OverlayContext), (overlay) => overlay.nodes.get(id));
}

/** What is read out of a node besides its state: why, what is wrong, and the shapes of its data. */
export function saidOf(overlay: NodeOverlay | undefined): string {
  const { reason, problems = [], shapes } = overlay ?? {};
  return [reason, ...problems, shapes && `– ${shapes}`].filter(Boolean).join(" ");
}

/** Whether it failed or cannot run. */
export function isWrong(overlay: NodeOverlay | undefined): boolean {
  return overlay?.state === "failed" || (overlay?.problems?.length ?? 0) > 0;
}

const FILLS: Partial<Record<ShownState, string>> = { skipped: "pending", stale: "running" };

/** The colour of its state where it is drawn as a mere box; undefined while it has none. */
export function fillOf(overlay: NodeOverlay | undefined): string | undefined {
  return overlay?.state ? `var(--${FILLS[overlay.state] ?? overlay.state})` : undefined;
}

/** Whether the node has given its data: it ran, or its result is known. */
export function hasRun(overlay: NodeOverlay | undefined): boolean {
  return overlay?.state === "success" || overlay?.state === "cached" || overlay?.state === "running";
}
