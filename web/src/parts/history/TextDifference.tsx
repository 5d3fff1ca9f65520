/** What differs in one file, line by line: one column, or two side by side. */
import { IconMinus, IconPlus, IconTilde } from "@tabler/icons-react";
import { useMemo } from "react";
import css from "./history.module.css";
import { changedPart, type DiffLine, linesOf, rowsOf } from "./patch";
import type { Difference } from "./queries";

type FileChange = Difference["files"][number];

const MARKS = { added: IconPlus, removed: IconMinus, changed: IconTilde } as const;
const SIGNS = { added: "+", removed: "−", same: " ", gap: " " } as const;

/** The head of a file's difference: what happened to it, and how many lines. */
export function ChangeHead({ change }: { change: FileChange }) {
  const Mark = MARKS[change.change];
  return (
    <span className={css.change}>
      <span className={`${css.kind} ${css[change.change]}`}>
        <Mark size={13} stroke={2.2} aria-hidden />
        {change.change}
      </span>
      <code>{change.path}</code>
      {!change.binary && (
        <span className={`${css.count} number`}>
          <b className={css.added}>+{change.added}</b> <b className={css.removed}>−{change.removed}</b>
        </span>
      )}
    </span>
  );
}

export function TextDifference({ change, split }: { change: FileChange; split: boolean }) {
  const lines = useMemo(() => linesOf(change.patch), [change.patch]);
  if (change.binary) return <p className={css.aside}>It is no text, so its lines cannot be compared.</p>;
  if (lines.length === 0) return <p className={css.aside}>The file is empty.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
    <section className={css.text} tabIndex={0} aria-label={`Difference of ${change.path}`}>
      {split ? <Split lines={lines} /> : <Unified lines={lines} />}
      {change.cut && <p className={css.aside}>The difference is long; only its begin is shown.</p>}
    </section>
  );
}

function Unified({ lines }: { lines: readonly DiffLine[] }) {
  const others = useMemo(() => {
    const found = new Map<DiffLine, string>();
    for (const { before, after } of rowsOf(lines)) {
      if (before && after && before !== after) {
        found.set(before, after.text);
        found.set(after, before.text);
      }
    }
    return found;
  }, [lines]);
  return (
    <table className={css.lines}>
      <tbody>
        {lines.map((line, at) => (
          <tr key={at} className={css[line.kind]}>
            <td className="number">{line.before}</td>
            <td className="number">{line.after}</td>
            <Cell line={line} other={others.get(line)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Split({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <table className={`${css.lines} ${css.split}`}>
      <tbody>
        {rowsOf(lines).map(({ before, after }, at) => (
          <tr key={at} className={before?.kind === "gap" ? css.gap : undefined}>
            <td className={`number ${css[before?.kind ?? "none"] ?? ""}`}>{before?.before}</td>
            <Cell line={before} other={after?.text} />
            <td className={`number ${css[after?.kind ?? "none"] ?? ""}`}>{after?.after}</td>
            <Cell line={after} other={before?.text} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ line, other }: { line: DiffLine | null; other?: string }) {
  if (line === null) return <td className={css.none} />;
  const [begin, end] = line.kind === "same" || line.kind === "gap" ? [0, 0] : changedPart(line.text, other);
  return (
    <td className={css[line.kind]}>
      <span className={css.sign}>{SIGNS[line.kind]}</span>
      {line.text.slice(0, begin)}
      {end > begin && <mark>{line.text.slice(begin, end)}</mark>}
      {line.text.slice(Math.max(begin, end))}
    </td>
  );
}
