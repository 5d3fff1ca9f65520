/** Going from change to change: the view centres on each. */
import { boxesOf, centre } from "@/graph/geometry";
import type { NodeId } from "@/graph/model";
import { type Board, motion, useBoard } from "../canvas/board";
import { useOperations } from "../canvas/editor";
import { useComparison, useComparisonStore } from "./comparison";

export type Kind = "added" | "removed" | "changed";
export const KINDS: readonly Kind[] = ["added", "removed", "changed"];
export const SIGNS: Record<Kind, string> = { added: "+", removed: "−", changed: "~" };

/** Going to one change; the component does not render again for it. */
export function useLook(): (id: NodeId) => void {
  const store = useComparisonStore();
  const board = useBoard();
  const operations = useOperations();
  return (id) => {
    store.setState({ at: id });
    const { diff } = store.getState();
    const drawn = board.nodes.find((node) => node.id === id);
    const box = drawn ? board.box(drawn) : diff && boxesOf(diff.before, operations).get(id);
    if (box) show(board, centre(box));
  };
}

export function useTour() {
  const store = useComparisonStore();
  const changes = useComparison((state) => state.changes);
  const at = useComparison((state) => state.at);
  const look = useLook();
  /** To the next one, or the one before; with a kind, only among those. */
  const go = (step: 1 | -1, kind?: Kind) => {
    const { diff, at } = store.getState();
    const wanted = store
      .getState()
      .changes.filter((id) => kind === undefined || diff?.nodes.get(id)?.status === kind);
    const place = at === null ? -1 : wanted.indexOf(at);
    const next = place < 0 && step < 0 ? wanted.length - 1 : place + step;
    const id = wanted[(next + wanted.length) % wanted.length];
    if (id !== undefined) look(id);
  };
  return { changes, place: at === null ? -1 : changes.indexOf(at), go };
}

function show(board: Board, [x, y]: readonly [number, number]): void {
  void board.flow.setCenter(x, y, { zoom: Math.max(board.zoom, 0.7), duration: motion(200) });
}
