/** The shape of a port, 10 pixels wide around its middle: the family of its type, told without colour, too. */
import { COLOURS, type Family, SHAPES } from "@/graph/family";
import css from "./graph.module.css";

interface PortShapeProps {
  family: Family;
  /** False: the operation has no such port (any more). */
  known?: boolean;
}

export function PortShape({ family, known = true }: PortShapeProps) {
  const style = { "--c": COLOURS[family] } as React.CSSProperties;
  return (
    <g className={`${css.shape} ${known ? "" : css.unknown}`} style={style}>
      {drawn(family, 8, css.halo)}
      {drawn(family, 6.5, css.gap)}
      {drawn(family, 4.5, css.core)}
    </g>
  );
}

function drawn(family: Family, r: number, className: string | undefined) {
  switch (SHAPES[family]) {
    case "diamond":
      return (
        <rect
          className={className}
          x={-r}
          y={-r}
          width={2 * r}
          height={2 * r}
          rx={1.5}
          transform="rotate(45)"
        />
      );
    case "square":
      return <rect className={className} x={-r} y={-r} width={2 * r} height={2 * r} rx={2.5} />;
    case "bar":
      return (
        <rect className={className} x={-r} y={-r / 1.8} width={2 * r} height={(2 * r) / 1.8} rx={r / 1.8} />
      );
    case "ring":
      return <circle className={`${className} ${css.ring}`} r={r} />;
    default:
      return <circle className={className} r={r} />;
  }
}
