/** What runs were made of and what they gave, in a row each; those that differ, or all. */

import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { StateMark } from "@/parts/StateMark";
import type { ShownState } from "@/state/run";
import { Empty } from "@/ui/Empty";
import { number } from "@/ui/time";
import { short } from "../deeds";
import css from "./compare.module.css";

type Comparison = Schemas["RunComparison"];
type Row = Schemas["ComparedRow"];

const KINDS = [
  ["attribute", "Attributes"],
  ["environment", "Environments"],
  ["file", "Files"],
  ["job", "Jobs"],
  ["metric", "Last values"],
  ["artifact", "Artifacts"],
] as const;

interface DifferencesProps {
  comparison: Comparison;
  all: boolean;
  onFile: (path: string) => void;
  /** What one can do where nothing differs. */
  action: ReactNode;
}

export function Differences({ comparison, all, onFile, action }: DifferencesProps) {
  const narrow = useMediaQuery("(max-width: 700px)", false, { getInitialValueInEffect: false });
  const rows = comparison.rows.filter((row) => all || row.differs);
  if (rows.length === 0)
    return (
      <Empty title="Nothing differs" action={action}>
        The runs were made of the same and gave the same.
      </Empty>
    );
  if (narrow && comparison.runs.length > 2)
    return <Stacked runs={comparison.runs} rows={rows} onFile={onFile} />;
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">What</th>
          {comparison.runs.map((run) => (
            <th key={run.id} scope="col">
              {run.pipeline} <code>{short(run.id)}</code>
            </th>
          ))}
        </tr>
      </thead>
      {KINDS.map(([kind, label]) => {
        const here = rows.filter((row) => row.kind === kind);
        if (here.length === 0) return null;
        return (
          <tbody key={kind}>
            <tr className={css.group}>
              <th colSpan={comparison.runs.length + 1} scope="rowgroup">
                {label}
              </th>
            </tr>
            {here.map((row) => (
              <tr key={row.name} data-differs={row.differs || undefined}>
                <th scope="row">
                  <Name row={row} onFile={onFile} />
                </th>
                {(row.values as unknown[]).map((value, place) => (
                  <td key={place}>{shown(row, value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        );
      })}
    </table>
  );
}

interface StackedProps extends Pick<DifferencesProps, "onFile"> {
  runs: Comparison["runs"];
  rows: readonly Row[];
}

/** The same on a narrow screen, which has no room for a column for each of several runs. */
function Stacked({ runs, rows, onFile }: StackedProps) {
  return KINDS.map(([kind, label]) => {
    const here = rows.filter((row) => row.kind === kind);
    if (here.length === 0) return null;
    return (
      <section key={kind} className={css.stacked} aria-label={label}>
        <h2>{label}</h2>
        {here.map((row) => (
          <section key={row.name} aria-label={row.name}>
            <Name row={row} onFile={onFile} />
            <dl data-differs={row.differs || undefined}>
              {runs.map((run, place) => (
                <div key={run.id}>
                  <dt>
                    <code>{short(run.id)}</code>
                  </dt>
                  <dd>{shown(row, (row.values as unknown[])[place])}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    );
  });
}

function Name({ row, onFile }: { row: Row } & Pick<DifferencesProps, "onFile">) {
  if (row.kind !== "file") return row.name;
  return (
    <button type="button" className={css.link} onClick={() => onFile(row.name)}>
      {row.name}
    </button>
  );
}

function shown(row: Row, value: unknown): ReactNode {
  if (value === null || value === undefined) return <span className={css.none}>–</span>;
  if (row.kind === "job") return <StateMark state={value as ShownState} />;
  if (row.kind === "metric") return <span className="number">{number(value as number)}</span>;
  if (row.kind === "file" || row.kind === "artifact") return <code>{String(value).slice(0, 10)}</code>;
  return <code>{row.kind === "environment" ? String(value) : JSON.stringify(value)}</code>;
}
