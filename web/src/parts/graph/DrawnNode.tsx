/** A node of a graph that is looked at. It is drawn again only when something of it changes. */
import { memo } from "react";
import type { Status } from "@/graph/diff";
import { type Box, HEADER_HEIGHT, PORT_HEIGHT, portTop } from "@/graph/geometry";
import type { GraphNode } from "@/graph/model";
import type { Ports } from "@/graph/operation";
import type { ShownState } from "@/state/run";
import css from "./graph.module.css";
import { PortShape } from "./PortShape";
import { StateShape } from "./StateShape";

interface DrawnNodeProps {
  node: GraphNode;
  box: Box;
  ports: Ports;
  /** Nobody says which ports there are, so none can be missing. */
  free: boolean;
  compact: boolean;
  state?: ShownState;
  status: Status;
  selected: boolean;
  /** Whether it can be chosen, and then whether the tab key comes to it. */
  open: boolean;
  stop: boolean;
}

/** Of a node that only tells its name and its state. */
const SHAPE = 48;
const MARGIN = 10;

const MARKS: Record<Status, string> = { added: "+", removed: "−", changed: "~", moved: "↔", same: "" };

export const DrawnNode = memo(function DrawnNode(props: DrawnNodeProps) {
  const { node, box, ports, free, compact, state, status, selected, open, stop } = props;
  const words = [
    node.name,
    node.operation,
    state,
    status === "same" ? "" : status,
    node.mute && "muted",
    node.bypass && "bypassed",
  ];
  const classes = [
    css.node,
    css[status],
    selected && css.selected,
    node.mute && css.mute,
    node.bypass && css.bypass,
    open && css.open,
    compact && state && `${css.stated} ${css[`state-${state}`]}`,
  ];
  return (
    <g className={classes.filter(Boolean).join(" ")} transform={`translate(${box.x} ${box.y})`}>
      <g aria-hidden>
        <title>{words.filter(Boolean).join(" · ")}</title>
        <rect className={css.frame} width={box.width} height={box.height} rx={10} />
        {compact ? (
          <text
            className={css.large}
            x={state ? 2 * MARGIN + SHAPE : box.width / 2}
            y={box.height / 2}
            textAnchor={state ? "start" : "middle"}
            dominantBaseline="central"
          >
            {shortened(node.name, state ? 9 : 13)}
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
          <StateShape state={state} x={MARGIN} y={(box.height - SHAPE) / 2} size={SHAPE} />
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
      {open && (
        // biome-ignore lint/a11y/useSemanticElements: a button of HTML cannot be in a drawing
        <rect
          className={css.hand}
          width={box.width}
          height={box.height}
          rx={10}
          data-node={node.id}
          role="button"
          tabIndex={stop ? 0 : -1}
          aria-label={words.filter(Boolean).join(", ")}
          aria-pressed={selected}
        />
      )}
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

function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
