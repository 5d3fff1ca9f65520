/** A figure that a job shows: drawn when it can be, else as a picture, in any of its versions. */
import { Menu, SegmentedControl } from "@mantine/core";
import {
  IconDownload,
  IconMaximize,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useKept } from "@/state/session";
import { Ago } from "@/ui/Time";
import css from "./figures/figure.module.css";
import { type Figure, GRAPH, hasBoth, isGraph, partsOf } from "./figures/media";
import { ShownFigure } from "./figures/ShownFigure";
import { graphQuery, useVersion } from "./figures/useFigures";
import { MarkButton } from "./logs/LogTools";
import { count, size } from "./numbers";
import { SeriesChart } from "./SeriesChart";

export type { Figure } from "./figures/media";

const FRAME_MS = 600;

type Look = "interactive" | "as drawn";

interface FigureViewProps {
  run: string;
  /** Its newest version. */
  figure: Figure;
  /** Show which job drew it. */
  showJob?: boolean;
}

export function FigureView({ run, figure, showJob = true }: FigureViewProps) {
  const box = useRef<HTMLElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const total = figure.version;
  const version = Math.min(chosen ?? total, total);
  const asked = useVersion(run, figure, version);
  // While another version is on its way the one before stays.
  const last = useRef(figure);
  if (asked) last.current = asked;
  const shown = last.current;

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      setChosen((at) => {
        if (at === null || at >= total) return at;
        return at + 1;
      });
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, total]);
  useEffect(() => {
    if (playing && version >= total) setPlaying(false);
  }, [playing, version, total]);
  const play = () => {
    if (!playing && version >= total) setChosen(1);
    else if (!playing) setChosen(version);
    setPlaying(!playing);
  };

  const title = figure.title || figure.figure;
  const [look, setLook] = useKept<Look>(`figure ${figure.job_name}/${figure.figure}`, "interactive");
  if (isGraph(shown)) return <GraphFigure run={run} figure={shown} />;
  return (
    <figure ref={box} className={css.figure}>
      <figcaption className={css.head}>
        <span className={css.title} title={title}>
          {title}
        </span>
        {showJob && <span className={css.job}>{figure.job_name}</span>}
        <span className={css.grow} />
        <Menu position="bottom-end">
          <Menu.Target>
            <MarkButton label={`Download ${title}`}>
              <IconDownload size={16} />
            </MarkButton>
          </Menu.Target>
          <Menu.Dropdown>
            {partsOf(shown).map((part) => (
              <Menu.Item key={part.media} component="a" href={part.href} download={part.name}>
                {part.name} {part.size !== null && <small>{size(part.size)}</small>}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <MarkButton label="Full screen" onClick={() => void box.current?.requestFullscreen()}>
          <IconMaximize size={16} />
        </MarkButton>
      </figcaption>
      <div className={css.body}>
        <ShownFigure run={run} figure={shown} title={title} asDrawn={look === "as drawn"} />
      </div>
      <div className={css.foot}>
        {total > 1 && (
          <>
            <MarkButton label={playing ? "Pause" : "Play the versions"} onClick={play}>
              {playing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            </MarkButton>
            <input
              type="range"
              min={1}
              max={total}
              value={version}
              aria-label={`Version of ${title}`}
              aria-valuetext={`version ${version} of ${total}`}
              onChange={(event) => {
                setPlaying(false);
                setChosen(Number(event.currentTarget.value));
              }}
            />
            <span className="number">
              {count(version)} of {count(total)}
            </span>
            <MarkButton
              label="Follow the newest"
              on={chosen === null}
              onClick={() => {
                setPlaying(false);
                setChosen(chosen === null ? total : null);
              }}
            >
              <IconPlayerTrackNext size={16} />
            </MarkButton>
          </>
        )}
        {hasBoth(shown) && (
          <SegmentedControl
            size="xs"
            aria-label={`Look of ${title}`}
            data={[
              { value: "interactive", label: "Interactive" },
              { value: "as drawn", label: "As drawn" },
            ]}
            value={look}
            onChange={setLook}
          />
        )}
        <span className={css.grow} />
        <Ago time={shown.created} />
      </div>
    </figure>
  );
}

/** A graph that user code composed: its lines are series of the run. */
function GraphFigure({ run, figure }: { run: string; figure: Figure }) {
  const asked = useQuery(graphQuery(figure.parts[GRAPH]!));
  const lines = asked.data?.lines ?? [];
  return (
    <SeriesChart
      title={asked.data?.title ?? figure.title}
      series={lines.map(({ name, series }) => ({ run, job: figure.job, name: series, label: name }))}
      xLabel={asked.data?.xlabel}
      yLabel={asked.data?.ylabel}
      height={240}
    />
  );
}
