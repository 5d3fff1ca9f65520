/**
 * A list of any length of which only the rows in view exist.
 *
 * Up to some millions of pixels the browser scrolls by itself. Beyond that, and when rows wrap and are of any
 * height, the place is a row and pixels into it: wheel and keys move it exactly, the scroll bar by proportion.
 */
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import css from "./log.module.css";

const TALLEST = 8_000_000;
const BEFORE = 6;

export interface Scroller {
  /** Show a row, a third below the top unless it is in view already. */
  show: (row: number) => void;
  toEnd: () => void;
  /** Say again which rows are in view. */
  again: () => void;
}

interface Place {
  row: number;
  pixels: number;
}

interface VirtualRowsProps {
  count: number;
  rowHeight: number;
  /** Rows are of any height. */
  wraps: boolean;
  follow: boolean;
  /** The person scrolled: to the very end, or away from it. */
  onFollow: (follow: boolean) => void;
  onRange: (first: number, end: number) => void;
  render: (row: number) => ReactNode;
  scroller: RefObject<Scroller | null>;
  label: string;
}

export function VirtualRows(props: VirtualRowsProps) {
  const { count, rowHeight, wraps, follow, onFollow, onRange, render, scroller, label } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [place, setPlace] = useState<Place>({ row: 0, pixels: 0 });
  const expected = useRef(0);
  const full = count * rowHeight;
  const tall = Math.min(full, TALLEST);
  const exact = !wraps && full <= TALLEST;
  const inView = Math.max(1, Math.ceil(height / rowHeight));
  const lastRow = Math.max(0, count - Math.max(1, Math.floor(height / rowHeight)));

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  const goTo = useCallback(
    (next: Place) => {
      const row = Math.max(0, Math.min(next.row, count - 1));
      setPlace({ row, pixels: row === next.row ? next.pixels : 0 });
    },
    [count],
  );

  /** Move by pixels, over rows whose heights are known from what is drawn. */
  const moveBy = useCallback(
    (pixels: number) => {
      const heights = measured(rows.current);
      setPlace((before) => {
        let { row, pixels: into } = before;
        into += pixels;
        while (into < 0 && row > 0) into += heights.get(--row) ?? rowHeight;
        while (row < count - 1 && into >= (heights.get(row) ?? rowHeight)) {
          into -= heights.get(row) ?? rowHeight;
          row++;
        }
        return { row, pixels: Math.max(0, into) };
      });
      if (pixels < 0) onFollow(false);
      else if (endIsInView(box.current, rows.current, count)) onFollow(true);
    },
    [count, rowHeight, onFollow],
  );

  const onScroll = () => {
    const element = box.current!;
    const top = element.scrollTop;
    if (Math.abs(top - expected.current) < 1.5) return;
    const up = top < expected.current;
    expected.current = top;
    const most = Math.max(1, tall - height);
    if (exact) goTo({ row: Math.floor(top / rowHeight), pixels: top % rowHeight });
    else goTo({ row: Math.round((top / most) * lastRow), pixels: 0 });
    if (top >= most - rowHeight / 2) onFollow(true);
    else if (up) onFollow(false);
  };

  useEffect(() => {
    const element = box.current!;
    if (exact) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      moveBy(event.deltaY * (event.deltaMode === 1 ? rowHeight : 1));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [exact, moveBy, rowHeight]);

  const first = Math.max(0, place.row - BEFORE);
  const end = Math.min(count, place.row + inView + BEFORE);
  const toEnd = useCallback(() => goTo({ row: lastRow, pixels: full }), [goTo, lastRow, full]);
  useImperativeHandle(
    scroller,
    () => ({
      show: (row) => {
        if (row < place.row || row >= place.row + inView - 1)
          goTo({ row: Math.max(0, Math.min(row - Math.floor(inView / 3), lastRow)), pixels: 0 });
      },
      toEnd,
      again: () => onRange(first, end),
    }),
    [goTo, toEnd, inView, lastRow, place.row, onRange, first, end],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when there is more, or following begins
  useLayoutEffect(() => {
    if (follow) toEnd();
  }, [follow, count, height, wraps]);

  useEffect(() => onRange(first, end), [first, end, onRange]);

  // Where the rows stand depends on heights that are known only once they are drawn.
  useLayoutEffect(() => {
    const element = box.current!;
    const list = rows.current!;
    const heights = measured(list);
    let before = 0;
    for (let row = first; row < place.row; row++) before += heights.get(row) ?? rowHeight;
    const most = Math.max(0, list.offsetHeight - height);
    const shift = end === count ? Math.min(before + place.pixels, most) : before + place.pixels;
    list.style.transform = `translateY(${-Math.round(shift)}px)`;
    const top = exact
      ? Math.min(place.row * rowHeight + place.pixels, Math.max(0, tall - height))
      : (Math.min(place.row, lastRow) / Math.max(1, lastRow)) * Math.max(0, tall - height);
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top;
    expected.current = element.scrollTop;
  });

  const toStart = () => {
    onFollow(false);
    goTo({ row: 0, pixels: 0 });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== box.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(rowHeight, height - rowHeight);
    const move = new Map([
      ["ArrowDown", () => moveBy(rowHeight)],
      ["ArrowUp", () => moveBy(-rowHeight)],
      ["PageDown", () => moveBy(page)],
      ["PageUp", () => moveBy(-page)],
      [" ", () => moveBy(event.shiftKey ? -page : page)],
      ["Home", toStart],
      ["End", () => onFollow(true)],
    ]).get(event.key);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };

  const shown: ReactNode[] = [];
  for (let row = first; row < end; row++)
    shown.push(
      <div key={row} data-row={row} className={css.slot}>
        {render(row)}
      </div>,
    );
  return (
    <div
      ref={box}
      className={css.scroller}
      style={{ "--row": `${rowHeight}px` } as CSSProperties}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
      tabIndex={0}
      role="log"
      aria-live={follow ? "polite" : "off"}
      aria-label={label}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      data-wraps={wraps || undefined}
    >
      <div className={css.spacer} style={{ height: tall }}>
        <div className={css.window} style={{ height }}>
          <div ref={rows}>{shown}</div>
        </div>
      </div>
    </div>
  );
}

function measured(list: HTMLElement | null): Map<number, number> {
  const heights = new Map<number, number>();
  for (const child of list?.children ?? [])
    heights.set(Number((child as HTMLElement).dataset.row), (child as HTMLElement).offsetHeight);
  return heights;
}

/** Whether the last row is drawn and ends at the lower edge. */
function endIsInView(box: HTMLElement | null, list: HTMLElement | null, count: number): boolean {
  const last = list?.lastElementChild as HTMLElement | null | undefined;
  if (!box || !last || Number(last.dataset.row) !== count - 1) return false;
  return last.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom + 4;
}
