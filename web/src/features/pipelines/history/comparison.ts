/** What a canvas is compared with, for all that show it: the layer, the panel, the outline. Filled by `Comparing`. */
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { GraphDiff } from "@/graph/diff";
import type { NodeId } from "@/graph/model";

export interface Comparison {
  /** The version that `diff` compares with; null: none. */
  version: string | null;
  diff: GraphDiff | null;
  /** The nodes that differ, as the data flows. */
  changes: readonly NodeId[];
  /** The change that is looked at. */
  at: NodeId | null;
  /** Whether the canvas shows how the pipeline was. */
  past: boolean;
  /** The version that is pointed at in the timeline. */
  pointed: string | null;
  /** What had the focus when the panel was opened, to give it back. */
  opener: Element | null;
}

export const NOTHING_COMPARED = { version: null, diff: null, changes: [], at: null } as const;

export type ComparisonStore = StoreApi<Comparison>;

export const createComparison = (): ComparisonStore =>
  createStore<Comparison>(() => ({ ...NOTHING_COMPARED, past: false, pointed: null, opener: null }));

const ComparisonContext = createContext<ComparisonStore>(createComparison());
export const ComparisonProvider = ComparisonContext.Provider;

export const useComparisonStore = (): ComparisonStore => useContext(ComparisonContext);

/** A part of it; the component renders again when that part changes. */
export function useComparison<Value>(pick: (state: Comparison) => Value): Value {
  return useStore(useComparisonStore(), pick);
}
