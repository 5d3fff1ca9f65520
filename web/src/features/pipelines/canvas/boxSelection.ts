/** What a box that is drawn selects: the nodes that it touches, and of the connections those between them. */
import type { EdgeSelectionChange } from "@xyflow/react";
import { useEffect } from "react";
import { useBoard } from "./board";

interface End {
  id: string;
  selected?: boolean;
}

interface Connection extends End {
  source: string;
  target: string;
}

/** What has to change so that just the connections with both ends selected are. */
export function betweenSelected(nodes: readonly End[], edges: readonly Connection[]): EdgeSelectionChange[] {
  const chosen = new Set(nodes.filter((node) => node.selected).map(({ id }) => id));
  return edges.flatMap(({ id, source, target, selected = false }) => {
    const wanted = chosen.has(source) && chosen.has(target);
    return wanted === selected ? [] : [{ id, type: "select" as const, selected: wanted }];
  });
}

/** React Flow selects every connection of a node in the box; it is put right in the same moment, before it is drawn. */
export function useBoxSelection(): void {
  const { store } = useBoard();
  useEffect(
    () =>
      store.subscribe((state, before) => {
        const { nodes, edges, userSelectionRect, triggerEdgeChanges } = state;
        if (!userSelectionRect || (nodes === before.nodes && edges === before.edges)) return;
        const changes = betweenSelected(nodes, edges);
        if (changes.length > 0) triggerEdgeChanges(changes);
      }),
    [store],
  );
}
