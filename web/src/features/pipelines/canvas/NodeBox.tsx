/** A node among so many that nothing on it could be read: a box in the colour of its state, as on the map. */
import type { NodeProps } from "@xyflow/react";
import { handlesOf, type OperationFlowNode } from "./flow";
import css from "./node.module.css";
import { fillOf, isWrong, saidOf, useNodeOverlay } from "./overlay";

type NodeBoxProps = Pick<NodeProps<OperationFlowNode>, "id" | "data" | "selected" | "width" | "height">;

/** It is as large as the node for which it stands, and has the ends of its connections where that has them. */
export function NodeBox({ id, data, selected, width, height }: NodeBoxProps) {
  const overlay = useNodeOverlay(id);
  const classes = [css.box, selected && css.selected, isWrong(overlay) && css.failing];
  return (
    <div
      className={classes.filter(Boolean).join(" ")}
      style={{ width, height, background: fillOf(overlay) }}
      title={data.node.name}
    >
      <span id={`state-${id}`} hidden>
        {overlay?.word ?? overlay?.state} {saidOf(overlay)}
      </span>
      {handlesOf(data.ports).map(({ id: handle, type, position, x, y, width: wide, height: high }) => (
        <i
          key={handle}
          className={`${type} ${css.end}`}
          data-handleid={handle}
          data-handlepos={position}
          style={{ left: x, top: y, width: wide, height: high }}
        />
      ))}
    </div>
  );
}
