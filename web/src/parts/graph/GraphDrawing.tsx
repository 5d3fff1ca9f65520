/** A graph to look at: it fits its box, shows states or differences, and its nodes can be chosen. */

import { type KeyboardEvent, memo, useMemo } from "react";
import type { GraphDiff, Status } from "@/graph/diff";
import { COLOURS } from "@/graph/family";
import {
  around,
  type Box,
  boxesOf,
  HEADER_HEIGHT,
  PORT_HEIGHT,
  portTop,
  takenOutputs,
} from "@/graph/geometry";
import { type Edge, edgesOf, type Graph, type GraphNode, inOrder, type NodeId } from "@/graph/model";
import { type Operations, outputOf, type Ports, portsOf } from "@/graph/operation";
import { edgePath } from "@/graph/path";
import type { ShownState } from "@/state/run";
import css from "./graph.module.css";
import { PortShape } from "./PortShape";

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
  /** Names only: for thumbnails. */
  compact?: boolean;
}

const NO_OPERATIONS: Operations = new Map();
const MARGIN = 28;
const LEAST = { width: 620, height: 260 };

export const GraphDrawing = memo(function GraphDrawing(props: GraphDrawingProps) {
  const { operations = NO_OPERATIONS, diff, states, selected, onSelect, compact = false, label } = props;
  const graph = diff?.graph ?? props.graph;
  const drawn = useMemo(() => draw(graph, operations), [graph, operations]);
  if (drawn.nodes.length === 0) return null;
  return (
    <svg
      className={css.drawing}
      viewBox={drawn.view}
      role={onSelect ? "group" : "img"}
      aria-label={label}
      preserveAspectRatio="xMidYMid meet"
    >
      {drawn.wires.map(({ edge, path, colour }) => (
        <path
          key={edge.id}
          className={`${css.wire} ${css[`wire-${diff?.edges.get(edge.id) ?? "same"}`] ?? ""}`}
          d={path}
          stroke={colour}
        />
      ))}
      {drawn.nodes.map(({ node, box, ports }) => (
        <Node
          key={node.id}
          node={node}
          box={box}
          ports={ports}
          free={operations === NO_OPERATIONS}
          compact={compact}
          state={states?.get(node.id)}
          status={diff?.nodes.get(node.id)?.status ?? "same"}
          selected={selected === node.id}
          onSelect={onSelect}
        />
      ))}
    </svg>
  );
});

interface NodeProps {
  node: GraphNode;
  box: Box;
  ports: Ports;
  /** Nobody says which ports there are, so none can be missing. */
  free: boolean;
  compact: boolean;
  state?: ShownState;
  status: Status;
  selected: boolean;
  onSelect?: (node: NodeId) => void;
}

const MARKS: Record<Status, string> = { added: "+", removed: "−", changed: "~", moved: "↔", same: "" };

const Node = memo(function Node(props: NodeProps) {
  const { node, box, ports, free, compact, state, status, selected, onSelect } = props;
  const words = [
    node.name,
    node.operation,
    state,
    status === "same" ? "" : status,
    node.mute && "muted",
    node.bypass && "bypassed",
  ];
  const choose = onSelect && {
    role: "button",
    tabIndex: 0,
    "aria-label": words.filter(Boolean).join(", "),
    "aria-pressed": selected,
    onClick: () => onSelect(node.id),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      onSelect(node.id);
    },
  };
  const classes = [
    css.node,
    css[status],
    selected && css.selected,
    node.mute && css.mute,
    node.bypass && css.bypass,
    onSelect && css.open,
  ];
  return (
    <g className={classes.filter(Boolean).join(" ")} transform={`translate(${box.x} ${box.y})`}>
      <g aria-hidden>
        <title>{words.filter(Boolean).join(" · ")}</title>
        <rect className={css.frame} width={box.width} height={box.height} rx={10} />
        {compact ? (
          <text
            className={css.large}
            x={box.width / 2}
            y={box.height / 2}
            textAnchor="middle"
            dominantBaseline="central"
          >
            {shortened(node.name, 13)}
          </text>
        ) : (
          <>
            <text className={css.name} x={12} y={21}>
              {shortened(node.name, state ? 15 : 25)}
            </text>
            <text className={css.operation} x={12} y={37}>
              {shortened(node.operation, state ? 18 : 30)}
            </text>
            <line className={css.rule} x1={0} x2={box.width} y1={HEADER_HEIGHT} y2={HEADER_HEIGHT} />
            {state && (
              <g className={css[`state-${state}`]}>
                <text className={css.state} x={box.width - 12} y={28} textAnchor="end">
                  ● {state}
                </text>
              </g>
            )}
            <PortRows ports={ports} free={free} width={box.width} />
          </>
        )}
        {compact && state && (
          <circle className={`${css.dot} ${css[`state-${state}`]}`} cx={box.width - 16} cy={16} r={9} />
        )}
        {status !== "same" && (
          <g className={css.badge} transform={`translate(${box.width} 0)`}>
            <circle r={compact ? 18 : 10} />
            <text textAnchor="middle" dominantBaseline="central">
              {MARKS[status]}
            </text>
          </g>
        )}
      </g>
      {choose && <rect className={css.hand} width={box.width} height={box.height} rx={10} {...choose} />}
    </g>
  );
});

function PortRows({ ports, free, width }: { ports: Ports; free: boolean; width: number }) {
  return [...ports.inputs, ...ports.outputs].map((port) => {
    const y = portTop(ports, port.side, port.name);
    const input = port.side === "input";
    return (
      <g key={`${port.side} ${port.name}`} transform={`translate(${input ? 0 : width} ${y})`}>
        <PortShape family={port.family} known={free || port.known} />
        <text
          className={css.port}
          x={input ? 14 : -14}
          textAnchor={input ? "start" : "end"}
          dominantBaseline="central"
          height={PORT_HEIGHT}
        >
          {shortened(port.name, 24)}
        </text>
      </g>
    );
  });
}

interface Wire {
  edge: Edge;
  path: string;
  colour: string;
}

function draw(graph: Graph, operations: Operations) {
  const boxes = boxesOf(graph, operations);
  const taken = takenOutputs(graph);
  const nodes = inOrder(graph).map((node) => ({
    node,
    box: boxes.get(node.id) as Box,
    ports: portsOf(node, operations, taken.get(node.id)),
  }));
  const byId = new Map(nodes.map((one) => [one.node.id, one]));
  const wires = edgesOf(graph).flatMap((edge): Wire[] => {
    const [from, to] = [byId.get(edge.source), byId.get(edge.target)];
    if (!from || !to) return [];
    const output =
      outputOf({ node: edge.source, output: edge.output }, from.node, operations) ??
      from.ports.outputs[0]?.name ??
      "";
    const family = from.ports.outputs.find((port) => port.name === output)?.family ?? "any";
    const path = edgePath(
      [from.box.x + from.box.width, from.box.y + portTop(from.ports, "output", output)],
      [to.box.x, to.box.y + portTop(to.ports, "input", edge.input)],
    );
    return [{ edge, path, colour: COLOURS[family] }];
  });
  const all = around(boxes.values()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const width = Math.max(all.width + 2 * MARGIN, LEAST.width);
  const height = Math.max(all.height + 2 * MARGIN, LEAST.height);
  const [x, y] = [all.x - (width - all.width) / 2, all.y - (height - all.height) / 2];
  return { nodes, wires, view: `${x} ${y} ${width} ${height}` };
}

function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
