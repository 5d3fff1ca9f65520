/** One operation on the canvas: name, state, ports, and a foot with what is known of it. */

import {
  IconArrowForwardUp,
  IconPinFilled,
  IconPlayerPauseFilled,
  IconQuestionMark,
} from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { SHAPES } from "@/graph/family";
import type { Port } from "@/graph/operation";
import { STATE_SHAPES, StateMark } from "@/parts/StateMark";
import { tellsWhy } from "../run/why";
import { BypassLines } from "./BypassLines";
import { useOperations } from "./editor";
import { handleId, type OperationFlowNode } from "./flow";
import { NodeBox } from "./NodeBox";
import { NodeFoot } from "./NodeFoot";
import { NodeName } from "./NodeName";
import css from "./node.module.css";
import { isWrong, NEXT, type Next, saidOf, useNodeOverlay } from "./overlay";
import { useSelectors } from "./people";
import { useCanvas } from "./session";

export const OperationNode = memo(function OperationNode(props: NodeProps<OperationFlowNode>) {
  return useCanvas((state) => state.crowd) ? <NodeBox {...props} /> : <WholeNode {...props} />;
});

function WholeNode({ id, data, selected }: NodeProps<OperationFlowNode>) {
  const { node, ports, dangling } = data;
  const operation = useOperations().get(node.operation);
  const overlay = useNodeOverlay(id);
  const selectors = useSelectors(id);
  const classes = [
    css.node,
    selected && css.selected,
    node.mute && css.mute,
    node.bypass && css.bypass,
    !operation && css.strange,
    isWrong(overlay) && css.failing,
  ];
  return (
    <div
      className={classes.filter(Boolean).join(" ")}
      style={selectors && { outline: `2px solid ${selectors[0]?.color}` }}
    >
      {selectors && (
        <span className={css.who} style={{ background: selectors[0]?.color }}>
          {selectors.map((one) => one.name).join(", ")}
        </span>
      )}
      <header className={css.head}>
        <div className={css.title}>
          <NodeName node={node} />
          <small>
            {!operation && <IconQuestionMark size={11} aria-hidden />}
            {operation ? node.operation : `${node.operation} is not here`}
          </small>
        </div>
        <Marks muted={node.mute} bypassed={node.bypass} pinned={node.pin} />
        <span id={`state-${id}`} className={css.state} {...tellsWhy}>
          {overlay?.state && !node.mute && !node.bypass && (
            <StateMark state={overlay.state} word={overlay.word} size={11} />
          )}
          {overlay?.next && !node.mute && !node.bypass && <NextMark next={overlay.next} />}
          <span className="hidden-words">{saidOf(overlay)}</span>
        </span>
      </header>
      {ports.inputs.length + ports.outputs.length > 0 && (
        <div className={css.ports}>
          {ports.inputs.map((port) => (
            <PortRow
              key={`in ${port.name}`}
              port={port}
              dangling={dangling.get(port.name)}
              node={node.name}
            />
          ))}
          {ports.outputs.map((port) => (
            <PortRow key={`out ${port.name}`} port={port} node={node.name} />
          ))}
          {node.bypass && <BypassLines operation={operation} through={node.through} ports={ports} />}
        </div>
      )}
      <NodeFoot node={node} operation={operation} overlay={overlay} />
    </div>
  );
}

/** What a run now would do, beside how the last one ended. */
function NextMark({ next }: { next: Next }) {
  const Mark = STATE_SHAPES[next];
  return (
    <span className={css.next} style={{ color: `var(--${next})` }} role="img" aria-label={NEXT[next]}>
      <Mark size={11} />
    </span>
  );
}

function Marks({ muted, bypassed, pinned }: { muted?: boolean; bypassed?: boolean; pinned?: boolean }) {
  return (
    <>
      {muted && (
        <span className={css.flag}>
          <IconPlayerPauseFilled size={11} aria-hidden /> muted
        </span>
      )}
      {bypassed && (
        <span className={css.flag}>
          <IconArrowForwardUp size={13} aria-hidden /> bypassed
        </span>
      )}
      {pinned && (
        <span className={css.pin} role="img" aria-label="pinned" title="Pinned: it stays here. P unpins it.">
          <IconPinFilled size={12} aria-hidden />
        </span>
      )}
    </>
  );
}

function PortRow({ port, node, dangling }: { port: Port; node: string; dangling?: string }) {
  const input = port.side === "input";
  const type = port.annotation ?? "any type";
  return (
    <div className={`${css.port} ${input ? "" : css.out}`} data-port={port.name} data-side={port.side}>
      <Handle
        id={handleId(port.side, port.name)}
        type={input ? "target" : "source"}
        position={input ? Position.Left : Position.Right}
        className={`${css.handle} ${port.known && dangling === undefined ? "" : css.lost}`}
        data-shape={SHAPES[port.family]}
        data-family={port.family}
        role="img"
        aria-label={`${port.side} ${port.name} of ${node}, ${type}`}
      />
      <span className={css.label}>{port.name || "result"}</span>
      {dangling !== undefined && <em className={css.gone}>{dangling} is gone</em>}
      {!port.known && dangling === undefined && <em className={css.gone}>no such {port.side}</em>}
    </div>
  );
}
