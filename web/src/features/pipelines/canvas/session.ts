/** What one person has in hand on one canvas: selection, what is open, what is being dragged. Never saved. */
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { End } from "@/graph/connect";
import type { NodeId, Point } from "@/graph/model";
import { type Snap, UNSNAPPED } from "@/graph/snap";

export interface PaletteRequest {
  /** Where it opens, in the window. */
  screen: Point;
  /** Where the new node goes, on the canvas. */
  at: Point;
  /** Only what can be connected with this, and connect it. */
  from?: End;
}

export interface MenuRequest {
  screen: Point;
  at: Point;
  on: "canvas" | "node" | "note" | "edge";
}

export interface CanvasState {
  /** Whether so many nodes are seen from so far that they are drawn as boxes. */
  crowd: boolean;
  /** Nodes and notes. */
  selection: ReadonlySet<string>;
  /** Connections. */
  edges: ReadonlySet<string>;
  palette: PaletteRequest | null;
  menu: MenuRequest | null;
  /** How often finding was asked for since it was closed. */
  finding: number;
  renaming: NodeId | null;
  editingNote: string | null;
  /** The port that a connection is being made from by keys, with the list of where it may go. */
  linking: NodeId | null;
  snap: Snap;
  /** The connection that what is dragged would go into. */
  splicing: string | null;
  /** What to do with what is held, or why not, beside the pointer. */
  hint: { text: string; screen: Point; refused: boolean } | null;
}

const NOTHING: ReadonlySet<string> = new Set();

const CLOSED: CanvasState = {
  crowd: false,
  selection: NOTHING,
  edges: NOTHING,
  palette: null,
  menu: null,
  finding: 0,
  renaming: null,
  editingNote: null,
  linking: null,
  snap: UNSNAPPED,
  splicing: null,
  hint: null,
};

export type CanvasSession = StoreApi<CanvasState>;

export function createSession(): CanvasSession {
  return createStore<CanvasState>(() => CLOSED);
}

/** Milliseconds that a hint stays when what it is about is over. */
const HINT_STAYS = 2500;

/** Let what is said beside the pointer stay for a moment, and go. */
export function fade(session: CanvasSession): void {
  const { hint } = session.getState();
  if (hint)
    setTimeout(() => session.getState().hint === hint && session.setState({ hint: null }), HINT_STAYS);
}

const SessionContext = createContext<CanvasSession | null>(null);

export const SessionProvider = SessionContext.Provider;

export function useSessionStore(): CanvasSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error("There is no canvas around this component.");
  return session;
}

/** A part of what is in hand; the component renders again when that part changes. */
export function useCanvas<Value>(pick: (state: CanvasState) => Value): Value {
  return useStore(useSessionStore(), pick);
}

/** The one node that is selected; null when it is none or several. */
export function useSelectedNode(): string | null {
  return useCanvas((state) => (state.selection.size === 1 ? ([...state.selection][0] ?? null) : null));
}
