/** An array or a tensor: shape, statistics, histogram, pictures, first values. */
import { bytes, number } from "@/ui/time";
import type { ArrayDocument, Cell } from "./documents";
import { Facts } from "./Facts";
import { Histogram } from "./Histogram";
import css from "./preview.module.css";

export function ArrayPreview({ document, image }: { document: ArrayDocument; image: string | null }) {
  const { shape, statistics, histogram, pictures, sampled } = document;
  const elements = shape.reduce((product, length) => product * length, 1);
  return (
    <>
      <Facts
        facts={[
          ["Shape", shape.length === 0 ? "a single number" : shape.map(String).join(" × ")],
          ["Type", document.dtype],
          ["Size", document.bytes === undefined ? null : bytes(document.bytes)],
          ["Device", document.device && document.device !== "cpu" ? document.device : null],
          ["Layout", document.layout ?? null],
          ["Smallest", statistics?.min === undefined ? null : number(statistics.min)],
          ["Largest", statistics?.max === undefined ? null : number(statistics.max)],
          ["Mean", statistics?.mean === undefined ? null : number(statistics.mean)],
          ["Deviation", statistics?.std === undefined ? null : number(statistics.std)],
          ["Not a number", statistics?.nan ? number(statistics.nan) : null],
          ["Infinite", statistics?.infinite ? number(statistics.infinite) : null],
        ]}
      />
      {sampled && (
        <p className={css.note}>
          Statistics of a sample of {number(sampled)} of the {number(elements)} values.
        </p>
      )}
      {image && pictures && (
        <figure className={css.pictures}>
          <img
            src={image}
            alt={pictures.of === 1 ? "The array as a picture" : `The first ${pictures.shown} pictures`}
            width={pictures.width}
            height={pictures.height}
          />
          {pictures.of > 1 && (
            <figcaption>
              The first {number(pictures.shown)} of {number(pictures.of)}, read as pictures
            </figcaption>
          )}
        </figure>
      )}
      {histogram && <Histogram data={histogram} label="How often values occur" />}
      {document.first !== undefined && <Values first={document.first} shape={shape} />}
    </>
  );
}

function Values({ first, shape }: { first: Cell | Cell[] | Cell[][]; shape: number[] }) {
  const rows: Cell[][] = !Array.isArray(first)
    ? [[first]]
    : first.length > 0 && Array.isArray(first[0])
      ? (first as Cell[][])
      : [first as Cell[]];
  if (rows.length === 0 || rows[0]?.length === 0) return <p className={css.note}>It is empty.</p>;
  return (
    <section aria-label="First values">
      <h3>{shape.length > 2 ? "First values of the first matrix" : "First values"}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div className={css.scroll} tabIndex={0}>
        <table className={css.values}>
          <tbody>
            {rows.map((row, line) => (
              <tr key={line}>
                {row.map((cell, column) => (
                  <td key={column}>{shownCell(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A value of a table or an array as text. */
export function shownCell(cell: Cell): string {
  if (cell === null) return "—";
  if (typeof cell === "boolean") return cell ? "True" : "False";
  return typeof cell === "number" ? number(cell) : String(cell);
}
