/** Times that stay true while they are looked at. */
import { Tooltip } from "@mantine/core";
import { create } from "zustand";
import { useShallow } from "zustand/shallow";
import { ago, between, duration, exact } from "./time";

const useClock = create<{ now: number }>(() => ({ now: Date.now() }));

/** One clock for all: it ticks each second while the page can be seen. */
setInterval(() => {
  if (!document.hidden) useClock.setState({ now: Date.now() });
}, 1000);

/** How long ago, with the exact time on hover. */
export function Ago({ time }: { time: string }) {
  const words = useClock((clock) => ago(time, clock.now));
  return (
    <Tooltip label={exact(time)}>
      <time dateTime={time}>{words}</time>
    </Tooltip>
  );
}

/** How long something took, or has taken so far. */
export function Lasted({ from, to }: { from: string | null; to: string | null }) {
  const words = useClock(
    useShallow((clock) => (from === null ? "" : duration(between(from, to, clock.now)))),
  );
  return <span className="number">{words}</span>;
}
