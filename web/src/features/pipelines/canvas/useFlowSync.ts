/** Keeps React Flow's store in step with the live document and with what others are dragging. */
import { useEffect } from "react";
import type { Point } from "@/graph/model";
import { liveGraph } from "@/state/graph";
import { show } from "@/state/presence";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { type AnyFlowNode, flowEdges, flowNodes, moved } from "./flow";
import { watchOthers } from "./people";
import { useSessionStore } from "./session";

export function useFlowSync(): void {
  const { document } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  useEffect(() => {
    const live = liveGraph(document);
    const others = watchOthers(document);
    let known: ReadonlyMap<string, Point> = new Map();
    const sync = () => {
      const state = board.store.getState();
      known = others.snapshot().held;
      const held = new Map<string, Point>(known);
      for (const node of state.nodes)
        if (node.dragging) held.set(node.id, [node.position.x, node.position.y]);
      const graph = live.snapshot();
      const nodes = flowNodes(graph, operations, state.nodes, held);
      if (!sameList(nodes, state.nodes)) state.setNodes(nodes);
      const edges = flowEdges(graph, operations, state.edges);
      if (!sameList(edges, state.edges)) state.setEdges(edges);
    };
    /** Others drag many times a second: only what they hold is placed, until they let go of something. */
    const follow = () => {
      const { held } = others.snapshot();
      if ([...known.keys()].some((id) => !held.has(id))) return sync();
      known = held;
      const state = board.store.getState();
      const nodes = moved(state.nodes, held);
      if (!sameList(nodes, state.nodes)) state.setNodes(nodes);
    };
    const ends = [live.subscribe(sync), others.subscribe(follow)];
    sync();
    return () => {
      for (const end of ends) end();
    };
  }, [document, operations, board]);
}

/** Tell the others what I have selected, and let undo bring back what was. */
export function useSharedSelection(): void {
  const { document } = useEditor();
  const session = useSessionStore();
  const board = useBoard();
  useEffect(
    () =>
      session.subscribe(({ selection }, before) => {
        if (selection === before.selection) return;
        show(document, { selection: [...selection] });
        board.selectOnly(selection);
      }),
    [session, document, board],
  );
  useEffect(
    () =>
      document.steps.keepSelection({
        read: () => {
          const { selection, edges } = session.getState();
          return [...selection, ...edges];
        },
        restore: (ids) => {
          const wanted = new Set(ids as string[]);
          board.select(wanted);
          board.show([...wanted], false);
        },
      }),
    [document, session, board],
  );
}

function sameList<Thing extends AnyFlowNode | object>(
  one: readonly Thing[],
  other: readonly Thing[],
): boolean {
  return one.length === other.length && one.every((thing, index) => thing === other[index]);
}
