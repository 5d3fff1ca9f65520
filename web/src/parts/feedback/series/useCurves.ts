/** The curves of some metrics, kept up to date while they are shown. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { live } from "@/api/live";
import { type Axis, points, type Wish } from "./batch";
import { type Curve, curveOf, extended, keyOf, stretchOf, type XAxis } from "./curve";

export interface SeriesRef {
  run: string;
  name: string;
  job?: string | null;
  /** What the line is called; left out: by what tells it from the others. */
  label?: string;
}

export interface Zoom {
  first: number;
  last: number;
}

export interface Curves {
  /** In the order of the references. */
  curves: readonly Curve[];
  pending: boolean;
  error: Error | null;
  retry: () => void;
}

/** A chart may hold so many times as many entries as it is wide. */
const SLACK = 3;
/** Between two askings for what is new; the first of them is at once. */
const BEAT_MS = 200;
/** The same while nobody sees the page. */
const UNSEEN_MS = 1000;

const beatMs = (): number => (document.visibilityState === "visible" ? BEAT_MS : UNSEEN_MS);

const wishKey = ({ run, name, job }: SeriesRef): string => JSON.stringify([run, name, job ?? null]);

export function useCurves(refs: readonly SeriesRef[], width: number, zoom: Zoom | null, axis: XAxis): Curves {
  const key = refs.map(wishKey).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says all of them
  const wishes = useMemo(() => refs.map(({ run, name, job }) => ({ run, name, job })), [key]);
  const [groups, setGroups] = useState<ReadonlyMap<string, readonly Curve[]>>(new Map());
  const [pending, setPending] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  const now = useRef({ groups, width });
  now.current.width = width;

  const put = useCallback((wish: Wish, curves: readonly Curve[]) => {
    const next = new Map(now.current.groups);
    next.set(wishKey(wish), curves);
    now.current.groups = next;
    setGroups(next);
  }, []);

  /** Answers for a width that the chart no longer has come too late: they are of less detail, or of more. */
  const load = useCallback(
    async (wish: Wish) => {
      const { width } = now.current;
      const found = await points.ask(wish, { width });
      if (width === now.current.width) put(wish, found.map(curveOf));
    },
    [put],
  );

  const goOn = useCallback(
    async (wish: Wish) => {
      const known = now.current.groups.get(wishKey(wish)) ?? [];
      if (known.length === 0) return load(wish);
      const { width } = now.current;
      const next = await Promise.all(
        known.map(async (curve) => {
          const [found] = await points.ask({ ...wish, job: curve.job, skip: curve.points }, { width });
          return found ? extended(curve, found, width * SLACK) : null;
        }),
      );
      if (width !== now.current.width) return;
      if (next.every((curve) => curve !== null)) put(wish, next);
      else await load(wish);
    },
    [load, put],
  );

  const loadAll = useCallback(async () => {
    const { width } = now.current;
    setError(null);
    try {
      await Promise.all(wishes.map(load));
    } catch (problem) {
      setError(problem as Error);
    }
    if (width === now.current.width) setPending(false);
  }, [wishes, load]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another width is asked for anew
  useEffect(() => {
    void loadAll();
  }, [loadAll, width]);

  const zoomed = useZoomed(wishes, groups, width, zoom, axis);

  useEffect(() => {
    const due = new Set<string>();
    const anew = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    let asked = 0;
    const beat = async () => {
      timer = undefined;
      if (busy) {
        timer = setTimeout(beat, beatMs());
        return;
      }
      busy = true;
      asked = Date.now();
      const some = wishes.filter((wish) => due.has(wishKey(wish)));
      const whole = new Set(anew);
      due.clear();
      anew.clear();
      try {
        await Promise.all(some.map((wish) => (whole.has(wishKey(wish)) ? load(wish) : goOn(wish))));
        setError(null);
      } catch (problem) {
        setError(problem as Error);
      } finally {
        busy = false;
      }
    };
    const mark = (some: readonly Wish[]) => {
      if (some.length === 0) return;
      for (const wish of some) due.add(wishKey(wish));
      timer ??= setTimeout(beat, Math.max(0, asked + beatMs() - Date.now()));
    };
    const lacks = (wish: Wish, job: string): boolean =>
      !now.current.groups.get(wishKey(wish))?.some((curve) => curve.job === job);
    const markAnew = (some: readonly Wish[]) => {
      for (const wish of some) anew.add(wishKey(wish));
      mark(some);
    };
    const ends = [...new Set(wishes.map(({ run }) => run))].map((run) =>
      live.follow(`run:${run}`, (event) => {
        const mine = wishes.filter((wish) => wish.run === run);
        if (event.kind === "gap") markAnew(mine);
        if (event.kind === "subscribed") mark(mine);
        if (event.kind !== "metrics") return;
        const { job, values } = event.data as { job: string; values: Record<string, unknown> };
        const logged = mine.filter((wish) => wish.name in values && (!wish.job || wish.job === job));
        markAnew(logged.filter((wish) => lacks(wish, job)));
        mark(logged);
      }),
    );
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [wishes, load, goOn]);

  const curves = useMemo(() => {
    const all = wishes.flatMap((wish) => groups.get(wishKey(wish)) ?? []);
    if (!zoom) return all;
    return all.map((curve) => {
      const detail = zoomed.get(curve.key);
      return detail ? stretchOf(curve, detail) : curve;
    });
  }, [wishes, groups, zoom, zoomed]);
  return { curves, pending, error, retry: () => void loadAll() };
}

/** The curves of a stretch, in as much detail as the chart is wide. */
function useZoomed(
  wishes: readonly Wish[],
  groups: ReadonlyMap<string, readonly Curve[]>,
  width: number,
  zoom: Zoom | null,
  axis: XAxis,
): ReadonlyMap<string, Curve> {
  const [found, setFound] = useState<ReadonlyMap<string, Curve>>(new Map());
  const first = zoom?.first;
  const last = zoom?.last;
  const began = useRef(groups);
  began.current = groups;
  // Where what is new falls into the stretch, it is drawn again.
  const reach = zoom && axis === "step" ? newest(groups, zoom.last) : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `reach` changes when there is more to show
  useEffect(() => {
    if (first === undefined || last === undefined) {
      setFound(new Map());
      return;
    }
    let gone = false;
    const ask = async () => {
      const on: Axis = axis === "step" ? "step" : "time";
      const asked = wishes.flatMap((wish) =>
        (began.current.get(wishKey(wish)) ?? []).map((curve) => {
          const from = axis === "relative" ? curve.began : 0;
          const room = (last - first) * 0.05; // so that lines go on to the edges
          return points.ask(
            { ...wish, job: curve.job },
            { width, axis: on, first: from + first - room, last: from + last + room },
          );
        }),
      );
      const lines = (await Promise.all(asked)).flat();
      if (!gone) setFound(new Map(lines.map((line) => [keyOf(line), curveOf(line)])));
    };
    ask().catch(() => undefined); // what is known already stays in view
    return () => {
      gone = true;
    };
  }, [wishes, width, first, last, axis, reach]);
  return found;
}

function newest(groups: ReadonlyMap<string, readonly Curve[]>, last: number): number {
  let most = 0;
  for (const curves of groups.values())
    for (const curve of curves) most = Math.max(most, Math.min(curve.x.at(-1) ?? 0, last));
  return most;
}
