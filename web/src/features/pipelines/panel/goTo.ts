/** Going to a node: it is selected, brought into view, and the field that matters gets the focus. */
import { create } from "zustand";
import type { NodeId } from "@/graph/model";
import { offered, perform, useRegistry } from "@/state/actions";
import { useSessionStore } from "../canvas/session";

interface Wanted {
  node: NodeId | null;
  field: string | null;
}

/** The field of a node in the side panel that is to get the focus when it is there. */
export const useWantedField = create<Wanted>(() => ({ node: null, field: null }));

/** Stands for the first field there is. */
export const FIRST = "";

/** The action of the canvas that brings the selection into view. */
const FIT = "canvas.fit";

export function useGoTo(): (id: NodeId, field?: string | null) => void {
  const session = useSessionStore();
  return (id, field = null) => {
    session.setState({ selection: new Set([id]), edges: new Set() });
    useWantedField.setState({ node: id, field });
    const fit = offered(useRegistry.getState().stack).find((action) => action.id === FIT);
    if (fit) perform(fit);
  };
}
