/** A graph to look at: it fits its box, shows states or differences, and its nodes can be chosen. */

import { type CSSProperties, type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import type { GraphDiff } from "@/graph/diff";
import type { Graph, NodeId } from "@/graph/model";
import type { Operations } from "@/graph/operation";
import { type Direction, neighbour } from "@/graph/travel";
import type { ShownState } from "@/state/run";
import { DrawnNode } from "./DrawnNode";
import { type DrawnWire, draw } from "./draw";
import css from "./graph.module.css";

interface GraphDrawingProps {
  graph: Graph;
  /** What the drawing shows, for those who do not see it. */
  label: string;
  /** Without them, nodes have the ports that connections name. */
  operations?: Operations;
  states?: ReadonlyMap<NodeId, ShownState>;
  /** Drawn in place of the graph, with a mark at each node that is different. */
  diff?: GraphDiff;
  selected?: NodeId | null;
  onSelect?: (node: NodeId) => void;
  /** Names and states only: for thumbnails, and for many nodes. */
  compact?: boolean;
  /** How large a drawing of this width and height is; left out: it fills its box. */
  sized?: (width: number, height: number) => CSSProperties;
}

const NO_OPERATIONS: Operations = new Map();

const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export const GraphDrawing = memo(function GraphDrawing(props: GraphDrawingProps) {
  const {
    operations = NO_OPERATIONS,
    diff,
    states,
    selected,
    onSelect,
    compact = false,
    label,
    sized,
  } = props;
  const graph = diff?.graph ?? props.graph;
  const drawn = useMemo(() => draw(graph, operations), [graph, operations]);
  const picture = useRef<SVGSVGElement>(null);
  const [visited, setVisited] = useState<NodeId | null>(null);
  if (drawn.nodes.length === 0) return null;
  const known = [visited, selected].find((id) => id && graph.nodes.has(id));
  const stop = known ?? drawn.nodes[0]?.node.id;
  const onKeyDown = (event: KeyboardEvent) => {
    const node = nodeAt(event.target);
    const direction = ARROWS[event.key];
    if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") onSelect?.(node);
    else if (direction) {
      const next = neighbour(graph, drawn.boxes, node, direction);
      if (next) handOf(picture.current, next)?.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <svg
      ref={picture}
      className={css.drawing}
      style={sized?.(drawn.width, drawn.height)}
      viewBox={drawn.view}
      role={onSelect ? "group" : "img"}
      aria-label={label}
      preserveAspectRatio="xMidYMid meet"
      onClick={({ target }) => {
        const node = nodeAt(target);
        if (node) onSelect?.(node);
      }}
      onFocus={({ target }) => setVisited(nodeAt(target))}
      onKeyDown={onKeyDown}
    >
      <Wires wires={drawn.wires} diff={diff} />
      {drawn.nodes.map(({ node, box, ports }) => (
        <DrawnNode
          key={node.id}
          node={node}
          box={box}
          ports={ports}
          free={operations === NO_OPERATIONS}
          compact={compact}
          state={states?.get(node.id)}
          status={diff?.nodes.get(node.id)?.status ?? "same"}
          selected={selected === node.id}
          open={onSelect !== undefined}
          stop={node.id === stop}
        />
      ))}
    </svg>
  );
});

const nodeAt = (target: EventTarget): NodeId | null => (target as SVGElement).dataset.node ?? null;

const handOf = (picture: SVGSVGElement | null, node: NodeId) =>
  [...(picture?.querySelectorAll<SVGElement>("[data-node]") ?? [])].find(
    ({ dataset }) => dataset.node === node,
  );

const Wires = memo(function Wires({ wires, diff }: { wires: readonly DrawnWire[]; diff?: GraphDiff }) {
  return wires.map(({ edge, path, colour }) => (
    <path
      key={edge.id}
      className={`${css.wire} ${css[`wire-${diff?.edges.get(edge.id) ?? "same"}`] ?? ""}`}
      d={path}
      stroke={colour}
    />
  ));
});
