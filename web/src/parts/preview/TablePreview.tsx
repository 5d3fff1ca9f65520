/** A table: its columns with what is in them, and the first rows, drawn as far as they are seen. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { bytes, count, number } from "@/ui/time";
import { shownCell } from "./ArrayPreview";
import type { ColumnDocument, TableDocument } from "./documents";
import { Facts } from "./Facts";
import { Histogram } from "./Histogram";
import css from "./preview.module.css";

const ROW_HEIGHT = 28;

export function TablePreview({ document }: { document: TableDocument }) {
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: document.first.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  const hidden = document.columns_in_all - document.columns.length;
  return (
    <>
      <Facts
        facts={[
          ["Rows", number(document.rows)],
          ["Columns", number(document.columns_in_all)],
          ["In memory", bytes(document.bytes)],
        ]}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div ref={scroll} className={css.table} tabIndex={0}>
        <table aria-rowcount={document.first.length}>
          <thead>
            <tr>
              {document.index && <th scope="col">Index</th>}
              {document.columns.map((column, place) => (
                <th key={place} scope="col">
                  <ColumnHead column={column} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr aria-hidden style={{ height: above }} />}
            {items.map(({ index }) => (
              <tr key={index} style={{ height: ROW_HEIGHT }}>
                {document.index && <th scope="row">{shownCell(document.index[index] ?? null)}</th>}
                {document.first[index]?.map((cell, place) => (
                  <td key={place} className={typeof cell === "number" ? css.right : undefined}>
                    {shownCell(cell)}
                  </td>
                ))}
              </tr>
            ))}
            {below > 0 && <tr aria-hidden style={{ height: below }} />}
          </tbody>
        </table>
      </div>
      <p className={css.note}>
        {document.first.length < document.rows
          ? `The first ${number(document.first.length)} of ${count(document.rows, "row")}.`
          : ""}
        {hidden > 0 && ` ${count(hidden, "column")} more.`}
      </p>
    </>
  );
}

function ColumnHead({ column }: { column: ColumnDocument }) {
  const { statistics, histogram } = column;
  const isTruth = column.dtype === "bool" && typeof statistics?.mean === "number";
  const words = [
    isTruth && `${number(Math.round((statistics.mean ?? 0) * 1000) / 10)} % true`,
    !isTruth &&
      statistics?.min !== undefined &&
      `${number(statistics.min)} to ${number(statistics.max ?? null)}`,
    column.unique !== undefined && `${number(column.unique)} different`,
    column.nulls ? `${number(column.nulls)} missing` : "",
  ].filter(Boolean);
  return (
    <div className={css.column}>
      <b>{column.name}</b>
      <span>{column.dtype}</span>
      {histogram && <Histogram small data={histogram} label={`How often values of ${column.name} occur`} />}
      <span>{words.join(" · ")}</span>
    </div>
  );
}
