/** One connection on the canvas: coloured by what it carries, dashed towards what has not run. */
import { BaseEdge, type ConnectionLineComponentProps, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { COLOURS, familyOf } from "@/graph/family";
import { edgePath } from "@/graph/path";
import { useOperations } from "./editor";
import { type AnyFlowNode, portName, type WireFlowEdge } from "./flow";
import { hasRun, useNodeOverlay } from "./overlay";
import { useCanvas } from "./session";
import css from "./wire.module.css";

export const Wire = memo(function Wire({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  target,
  data,
  selected,
}: EdgeProps<WireFlowEdge>) {
  const splicing = useCanvas((state) => state.splicing === id);
  const crowd = useCanvas((state) => state.crowd);
  const overlay = useNodeOverlay(target);
  const waits = overlay?.state != null && !hasRun(overlay);
  const classes = [
    css.wire,
    selected && css.selected,
    splicing && css.splicing,
    waits && !crowd && css.waits,
    data?.bypassed && css.bypassed,
    data?.lost && css.lost,
  ];
  return (
    <BaseEdge
      id={id}
      path={edgePath([sourceX, sourceY], [targetX, targetY])}
      className={classes.filter(Boolean).join(" ")}
      style={{ stroke: data?.lost ? "var(--failed)" : COLOURS[data?.family ?? "any"] }}
      interactionWidth={crowd ? 0 : 18}
    />
  );
});

/** The connection that is being drawn. */
export function LooseWire({
  fromX,
  fromY,
  toX,
  toY,
  fromHandle,
  fromNode,
}: ConnectionLineComponentProps<AnyFlowNode>) {
  const operations = useOperations();
  const operation = "node" in fromNode.data ? operations.get(fromNode.data.node.operation) : undefined;
  const outgoing = fromHandle.type === "source";
  const name = portName(fromHandle.id);
  const facts = (outgoing ? operation?.outputs : operation?.inputs)?.find((port) => port.name === name);
  const [from, to] = [[fromX, fromY] as const, [toX, toY] as const];
  const path = outgoing ? edgePath(from, to) : edgePath(to, from);
  return (
    <path className={css.loose} d={path} style={{ stroke: COLOURS[familyOf(facts?.annotation ?? null)] }} />
  );
}
