/** A histogram as bars; what a bar holds is told on hover. */
import { number } from "@/ui/time";
import type { HistogramData } from "./documents";
import css from "./preview.module.css";

interface HistogramProps {
  data: HistogramData;
  label: string;
  small?: boolean;
}

const WIDTH = 400;
const HEIGHT = 96;

export function Histogram({ data, label, small = false }: HistogramProps) {
  const most = Math.max(...data.counts, 1);
  const width = WIDTH / data.counts.length;
  return (
    <figure className={small ? css.histogramSmall : css.histogram}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {data.counts.map((count, bar) => {
          const height = count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT);
          const from = data.edges[bar] ?? 0;
          const to = data.edges[bar + 1] ?? 0;
          return (
            <rect
              key={from}
              x={bar * width + 0.5}
              y={HEIGHT - height}
              width={Math.max(0.5, width - 1)}
              height={height}
            >
              <title>{`${number(from)} to ${number(to)}: ${number(count)}`}</title>
            </rect>
          );
        })}
      </svg>
      {!small && (
        <figcaption>
          <span>{number(data.edges[0] ?? 0)}</span>
          <span>{number(data.edges.at(-1) ?? 0)}</span>
        </figcaption>
      )}
    </figure>
  );
}
