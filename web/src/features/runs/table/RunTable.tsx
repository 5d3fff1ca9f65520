/** Runs as a table of any length: only the rows in view are drawn, and only those that were reached are loaded. */
import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type RunLine, runAddress, short } from "../deeds";
import type { Column } from "./columns";
import type { RunList } from "./list";
import css from "./table.module.css";
import { nextSort, type Wanted } from "./wanted";

const ROW = 36;
/** A row of two lines. */
const NARROW_ROW = 56;
const PAGE_ROWS = 12;

interface RunTableProps {
  box: RefObject<HTMLDivElement | null>;
  list: RunList;
  columns: readonly Column[];
  narrow: boolean;
  wanted: Wanted;
  onWant: (change: Partial<Wanted>) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
}

export function RunTable(props: RunTableProps) {
  const { box, list, columns, narrow, wanted, onWant, selected, onSelect } = props;
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const anchor = useRef(0);
  const rows = useVirtualizer({
    count: list.count,
    getScrollElement: () => box.current,
    estimateSize: () => (narrow ? NARROW_ROW : ROW),
    overscan: 8,
    scrollPaddingStart: ROW,
  });
  const drawn = rows.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const last = drawn[drawn.length - 1]?.index ?? 0;
  useEffect(() => list.reach(first, last), [list, first, last]);
  const here = Math.min(at, Math.max(list.count - 1, 0));
  const isDrawn = (place: number) => place >= first && place <= last && list.at(place) !== undefined;

  const toggle = (place: number, through = false) => {
    const next = new Set(selected);
    const [from, to] = through
      ? [Math.min(anchor.current, place), Math.max(anchor.current, place)]
      : [place, place];
    const on = through || !selected.has(list.at(place)?.id ?? "");
    for (let at = from; at <= to; at++) {
      const run = list.at(at);
      if (run && on) next.add(run.id);
      else if (run) next.delete(run.id);
    }
    anchor.current = place;
    onSelect(next);
  };
  const open = (run: RunLine | undefined) => run && void navigate(runAddress(list.project, run.id));
  const move = (place: number) => {
    const to = Math.min(Math.max(place, 0), list.count - 1);
    setAt(to);
    rows.scrollToIndex(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + PAGE_ROWS,
      PageUp: here - PAGE_ROWS,
      Home: 0,
      End: list.count - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      move(to);
      if (event.shiftKey) toggle(Math.min(Math.max(to, 0), list.count - 1), true);
    } else if (event.key === "Enter") open(list.at(here));
    else if (event.key === " ") toggle(here);
    else if (event.key === "Escape" && selected.size > 0) onSelect(new Set());
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const grid = narrow
    ? undefined
    : { gridTemplateColumns: `36px ${columns.map(({ width }) => width).join(" ")}` };
  const all = list.rows.length > 0 && list.rows.every(({ id }) => selected.has(id));
  return (
    // biome-ignore lint/a11y/useSemanticElements: only some of the rows are there
    <div
      ref={box}
      className={css.table}
      data-narrow={narrow || undefined}
      role="grid"
      aria-label="Runs"
      aria-rowcount={list.count + 1}
      aria-multiselectable
      aria-activedescendant={isDrawn(here) ? `run-${list.at(here)?.id}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
      <div className={css.head} role="row" aria-rowindex={1} style={grid}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
        <div role="columnheader">
          <Checkbox
            size={narrow ? "md" : "xs"}
            aria-label="Select all that are loaded"
            checked={all}
            indeterminate={!all && selected.size > 0}
            onChange={() => onSelect(all ? new Set() : new Set(list.rows.map(({ id }) => id)))}
          />
        </div>
        {columns.map((column) => (
          <Header key={column.id} column={column} sort={wanted.sort} onSort={(sort) => onWant({ sort })} />
        ))}
      </div>
      <div className={css.body} style={{ height: rows.getTotalSize() }}>
        {drawn.map(({ index, start }) => {
          const run = list.at(index);
          const place = { ...grid, transform: `translateY(${start}px)` };
          if (!run) return <div key={index} className={css.waiting} style={place} aria-hidden />;
          const isSelected = selected.has(run.id);
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={index}
              id={`run-${run.id}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isSelected}
              className={css.row}
              data-here={index === here || undefined}
              style={place}
              onClick={(event) => {
                setAt(index);
                if ((event.target as HTMLElement).closest("button, input, label")) return;
                if (event.shiftKey) toggle(index, true);
                else if (event.ctrlKey || event.metaKey) toggle(index);
                else open(run);
              }}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as above */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
              <div role="gridcell">
                <Checkbox
                  size={narrow ? "md" : "xs"}
                  tabIndex={-1}
                  aria-label={`Select run ${short(run.id)}`}
                  checked={isSelected}
                  onChange={(event) => toggle(index, (event.nativeEvent as unknown as MouseEvent).shiftKey)}
                />
              </div>
              {columns.map((column) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                // biome-ignore lint/a11y/useFocusableInteractive: as above
                <div
                  key={column.id}
                  role="gridcell"
                  className={column.right ? css.right : undefined}
                  data-column={column.id}
                >
                  {narrow && column.right && <small>{column.label} </small>}
                  {column.show(run, onWant)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface HeaderProps {
  column: Column;
  sort: string;
  onSort: (sort: string) => void;
}

function Header({ column, sort, onSort }: HeaderProps) {
  const way = sort === column.sort ? "ascending" : sort === `-${column.sort}` ? "descending" : "none";
  const Arrow = way === "ascending" ? IconArrowUp : IconArrowDown;
  return (
    // biome-ignore lint/a11y/useSemanticElements: only some of the rows are there
    // biome-ignore lint/a11y/useFocusableInteractive: its button is
    <div
      role="columnheader"
      aria-sort={column.sort ? way : undefined}
      className={column.right ? css.right : undefined}
    >
      {column.sort ? (
        <button type="button" className={css.sort} onClick={() => onSort(nextSort(sort, column.sort!))}>
          <span title={column.label}>{column.label}</span>
          {way !== "none" && <Arrow size={13} stroke={2} aria-hidden />}
        </button>
      ) : (
        column.label
      )}
    </div>
  );
}
