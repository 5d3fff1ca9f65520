/** What a bypassed node lets through, as dashed lines from its inputs to its outputs. */
import { bypassOf } from "@/graph/bypass";
import { NODE_WIDTH, PORT_HEIGHT, PORTS_PADDING } from "@/graph/geometry";
import type { GraphNode } from "@/graph/model";
import type { Operation, Ports } from "@/graph/operation";
import { edgePath } from "@/graph/path";
import css from "./node.module.css";

interface BypassLinesProps {
  operation: Operation | undefined;
  through: GraphNode["through"];
  ports: Ports;
}

export function BypassLines({ operation, through, ports }: BypassLinesProps) {
  const pairs = [...bypassOf(operation, through)];
  const top = (index: number) => PORTS_PADDING + (index + 0.5) * PORT_HEIGHT;
  const lines = pairs.flatMap(([output, input]) => {
    const from = ports.inputs.findIndex((port) => port.name === input);
    const to = ports.outputs.findIndex((port) => port.name === output);
    return from < 0 || to < 0
      ? []
      : [edgePath([8, top(from)], [NODE_WIDTH - 10, top(ports.inputs.length + to)])];
  });
  return (
    <svg className={css.through} role="img" aria-label={`Bypassed: ${pairs.map(described).join(", ")}`}>
      {lines.map((line) => (
        <path key={line} d={line} />
      ))}
    </svg>
  );
}

function described([output, input]: readonly [string, string | null]): string {
  return input ? `${output} gives what ${input} takes` : `${output} gives nothing`;
}
