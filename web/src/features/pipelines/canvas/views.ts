/** What is shown beside the canvas. */
import { useFromGraph } from "@/state/graph";
import { useKept } from "@/state/session";
import { useEditor } from "./editor";

/** It is kept in this browser. */
export function useCanvasViews() {
  const { document } = useEditor();
  const large = useFromGraph(document, isLarge);
  const [kept, showMinimap] = useKept<boolean | null>("canvas.map", null);
  const [outline, showOutline] = useKept("canvas.outline", false);
  return { minimap: kept ?? large, showMinimap, outline, showOutline };
}

/** From so many nodes on, the map is worth the room that it takes, as long as nobody said otherwise. */
const isLarge = (graph: { nodes: ReadonlyMap<string, unknown> }) => graph.nodes.size > 12;
