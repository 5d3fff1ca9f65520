/** What is read out of the node that keys have come to: its part is loaded when they first rest on one. */
import { Suspense, useEffect, useState } from "react";
import { lazily } from "@/state/lazily";

const NodeData = lazily(() => import("./NodeData"));

/** Milliseconds; whoever only goes past a node asks for nothing. */
const REST = 350;

export function ReadOut() {
  const node = useReached();
  return (
    <div role="status" className="hidden-words">
      {node && (
        <Suspense>
          <NodeData key={node} node={node} />
        </Suspense>
      )}
    </div>
  );
}

/** The node on the canvas or in the outline on which the keys have come to rest. */
function useReached(): string | null {
  const [node, setNode] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reach = ({ target }: FocusEvent) => {
      const { dataset } = target as HTMLElement;
      const isByKeys = (target as HTMLElement).matches(
        ":is(.react-flow__node, [role=treeitem]):focus-visible",
      );
      clearTimeout(timer);
      setNode(null);
      if (isByKeys) timer = setTimeout(() => setNode(dataset.id ?? null), REST);
    };
    document.addEventListener("focusin", reach);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("focusin", reach);
    };
  }, []);
  return node;
}
