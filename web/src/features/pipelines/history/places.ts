/** Where nodes and the ends of connections lie on the canvas now, also while somebody drags them. */
import { type ReactFlowState, useStore } from "@xyflow/react";
import { useCallback, useMemo } from "react";
import { type Box, NODE_WIDTH, portTop } from "@/graph/geometry";
import type { Edge, GraphNode, NodeId } from "@/graph/model";
import { type Operations, outputOf, type Ports } from "@/graph/operation";
import { useOperations } from "../canvas/editor";
import type { OperationFlowNode } from "../canvas/flow";

type State = ReactFlowState;

/** A node as it was drawn in the version. */
export interface Ghost {
  node: GraphNode;
  box: Box;
  ports: Ports;
}

/** The box of a node on the canvas; null when it is not there. Renders again only when that changes. */
export function useLiveBox(id: NodeId): Box | null {
  const found = useStore(useCallback((state: State) => boxIn(state, id)?.join(" ") ?? "", [id]));
  return useMemo(() => boxFrom(found), [found]);
}

/** Both ends of a connection, `x1 y1 x2 y2`; what is not on the canvas any more is where its ghost is. */
export function useEnds(edge: Edge, from?: Ghost, to?: Ghost): readonly number[] | null {
  const operations = useOperations();
  const pick = useCallback(
    (state: State) => {
      const start = ghostIn(state, edge.source) ?? from;
      const end = ghostIn(state, edge.target) ?? to;
      return start && end ? ends(edge, start, end, operations).join(" ") : "";
    },
    [edge, from, to, operations],
  );
  const found = useStore(pick);
  return useMemo(() => (found === "" ? null : found.split(" ").map(Number)), [found]);
}

function ends(edge: Edge, from: Ghost, to: Ghost, operations: Operations): number[] {
  const output =
    outputOf({ node: edge.source, output: edge.output }, from.node, operations) ??
    from.ports.outputs[0]?.name ??
    "";
  return [
    from.box.x + NODE_WIDTH,
    from.box.y + portTop(from.ports, "output", output),
    to.box.x,
    to.box.y + portTop(to.ports, "input", edge.input),
  ];
}

function ghostIn(state: State, id: NodeId): Ghost | undefined {
  const drawn = state.nodeLookup.get(id);
  const box = boxFrom(boxIn(state, id)?.join(" ") ?? "");
  if (drawn?.type !== "operation" || !box) return undefined;
  const { node, ports } = drawn.data as OperationFlowNode["data"];
  return { node, ports, box };
}

function boxIn(state: State, id: NodeId): number[] | null {
  const node = state.nodeLookup.get(id);
  if (!node) return null;
  const width = node.measured.width ?? node.initialWidth ?? 0;
  const height = node.measured.height ?? node.initialHeight ?? 0;
  return [node.position.x, node.position.y, width, height];
}

function boxFrom(text: string): Box | null {
  if (text === "") return null;
  const [x = 0, y = 0, width = 0, height = 0] = text.split(" ").map(Number);
  return { x, y, width, height };
}
