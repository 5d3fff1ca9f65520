/** The lines that show where what is dragged settles, and the equal distances. */
import { ViewportPortal } from "@xyflow/react";
import css from "./canvas.module.css";
import { useCanvas } from "./session";

export function Guides() {
  const snap = useCanvas((state) => state.snap);
  if (snap.guides.length + snap.gaps.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className={css.guides} aria-hidden>
        {snap.guides.map((guide) =>
          guide.axis === "vertical" ? (
            <line key={`v ${guide.at}`} x1={guide.at} x2={guide.at} y1={guide.from} y2={guide.to} />
          ) : (
            <line key={`h ${guide.at}`} y1={guide.at} y2={guide.at} x1={guide.from} x2={guide.to} />
          ),
        )}
        {snap.gaps.map((gap) => (
          <path
            key={`${gap.axis} ${gap.from}`}
            className={css.gap}
            d={
              gap.axis === "horizontal"
                ? `M${gap.from},${gap.at - 5}v10M${gap.from},${gap.at}H${gap.to}M${gap.to},${gap.at - 5}v10`
                : `M${gap.at - 5},${gap.from}h10M${gap.at},${gap.from}V${gap.to}M${gap.at - 5},${gap.to}h10`
            }
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}
