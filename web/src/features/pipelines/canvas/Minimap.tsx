/** The map of the whole pipeline: states as colours, a mark on what is wrong; click or drag it to go there. */
import { MiniMap, type MiniMapNodeProps } from "@xyflow/react";
import { memo, useCallback } from "react";
import { motion, useBoard } from "./board";
import css from "./canvas.module.css";
import { fillOf, isWrong, useNodeOverlay } from "./overlay";

export default function Minimap() {
  const board = useBoard();
  const go = useCallback(
    (_: unknown, { x, y }: { x: number; y: number }) =>
      void board.flow.setCenter(x, y, { zoom: board.zoom, duration: motion(200) }),
    [board],
  );
  return (
    <MiniMap
      className={css.minimap}
      nodeComponent={MapNode}
      onClick={go}
      pannable
      zoomable
      ariaLabel="Map of the pipeline"
      position="bottom-right"
    />
  );
}

const MapNode = memo(function MapNode({ id, x, y, width, height, selected }: MiniMapNodeProps) {
  const overlay = useNodeOverlay(id);
  return (
    <>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={14}
        className={`${css.mapnode} ${selected ? css.chosen : ""}`}
        style={{ fill: fillOf(overlay) }}
      />
      {isWrong(overlay) && <circle cx={x + width - 26} cy={y + 26} r={22} className={css.mapwrong} />}
    </>
  );
});
