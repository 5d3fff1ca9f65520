/** The shape of a state inside a drawing, in the colour of what is around it. */
import { STATE_SHAPES } from "@/parts/StateMark";
import type { ShownState } from "@/state/run";

interface StateShapeProps {
  state: ShownState;
  x: number;
  y: number;
  size: number;
}

export function StateShape({ state, x, y, size }: StateShapeProps) {
  const Shape = STATE_SHAPES[state];
  return <Shape x={x} y={y} size={size} />;
}
