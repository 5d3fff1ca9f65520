/** The columns of the table of runs. */

import type { ReactNode } from "react";
import { StateMark } from "@/parts/StateMark";
import type { ShownState } from "@/state/run";
import { Ago, Lasted } from "@/ui/Time";
import { number } from "@/ui/time";
import { type RunLine, short } from "../deeds";
import css from "./table.module.css";
import type { Wanted } from "./wanted";

export interface Column {
  id: string;
  label: string;
  /** What the server calls the order; left out: it cannot be sorted by it. */
  sort?: string;
  /** A width of CSS grid. */
  width: string;
  right?: boolean;
  show: (run: RunLine, filter: (change: Partial<Wanted>) => void) => ReactNode;
}

const FIXED: readonly Column[] = [
  {
    id: "state",
    label: "State",
    sort: "state",
    width: "104px",
    show: (run) => <StateMark state={run.state as ShownState} />,
  },
  {
    id: "pipeline",
    label: "Pipeline",
    sort: "pipeline",
    width: "minmax(120px, 1.4fr)",
    show: (run) => run.pipeline,
  },
  {
    id: "run",
    label: "Run",
    width: "84px",
    show: (run) => <code title={run.id}>{short(run.id)}</code>,
  },
  {
    id: "created",
    label: "When",
    sort: "created",
    width: "116px",
    show: (run) => <Ago time={run.created} />,
  },
  {
    id: "duration",
    label: "Duration",
    sort: "duration",
    width: "92px",
    right: true,
    show: (run) => (run.started ? <Lasted from={run.started} to={run.ended} /> : "–"),
  },
  { id: "jobs", label: "Jobs", width: "104px", right: true, show: (run) => jobs(run) },
  {
    id: "author",
    label: "Who",
    sort: "author",
    width: "minmax(70px, 0.6fr)",
    show: (run, filter) => (
      <button
        type="button"
        tabIndex={-1}
        className={css.word}
        title={`Only runs of ${run.author}`}
        onClick={() => filter({ author: run.author })}
      >
        {run.author}
      </button>
    ),
  },
  {
    id: "tags",
    label: "Tags",
    width: "minmax(80px, 1fr)",
    show: (run, filter) => (
      <span className={css.tags}>
        {run.tags.map((tag) => (
          <button
            key={tag}
            type="button"
            tabIndex={-1}
            className={css.tag}
            title={`Only runs with the tag ${tag}`}
            onClick={() => filter({ tag })}
          >
            {tag}
          </button>
        ))}
      </span>
    ),
  },
];

/** How many metrics are shown when nobody chose. */
const METRICS = 3;

/** All columns there are: the fixed ones, and one for each metric of these runs. */
export function columnsOf(runs: readonly RunLine[]): Column[] {
  const metrics = new Set<string>();
  for (const run of runs.slice(0, 200)) for (const name of Object.keys(run.metrics)) metrics.add(name);
  return [...FIXED, ...[...metrics].sort().map(metricColumn)];
}

export const metricColumn = (name: string): Column => ({
  id: `metric:${name}`,
  label: name,
  sort: `metric:${name}`,
  width: "104px",
  right: true,
  show: (run) => {
    const value = (run.metrics as Record<string, number | null | undefined>)[name];
    return value === undefined ? <span className={css.none}>–</span> : number(value);
  },
});

/** Those that are shown: as was chosen, else all fixed ones and a few metrics. */
export function shownColumns(
  all: readonly Column[],
  hidden: readonly string[],
  added: readonly string[],
): Column[] {
  const metrics = all.filter(({ id }) => id.startsWith("metric:")).slice(0, METRICS);
  return all.filter(
    (column) =>
      (!column.id.startsWith("metric:") || metrics.includes(column) || added.includes(column.id)) &&
      !hidden.includes(column.id),
  );
}

/** Those of a narrow screen, where a run has two lines: what it is, when, how it stands, and one value. */
export function narrowColumns(shown: readonly Column[], sort: string): Column[] {
  const metrics = shown.filter(({ id }) => id.startsWith("metric:"));
  const value = metrics.find(({ id }) => id === sort.replace("-", "")) ?? metrics[0];
  const lines = ["pipeline", "created", "state"];
  return [...lines.flatMap((line) => shown.find(({ id }) => id === line) ?? []), ...(value ? [value] : [])];
}

function jobs(run: RunLine): ReactNode {
  const states = run.jobs as Record<string, number>;
  const total = Object.values(states).reduce((sum, many) => sum + many, 0);
  const ended = (states.success ?? 0) + (states.failed ?? 0) + (states.canceled ?? 0) + (states.skipped ?? 0);
  const words = run.cached === total ? "all cached" : run.cached > 0 ? `${run.cached} cached` : "";
  return (
    <span title={words || undefined} className="number">
      {ended < total ? `${ended}/${total}` : total}
      {run.cached > 0 && (
        <span className={css.none}> · {run.cached === total ? "cached" : `${run.cached} cached`}</span>
      )}
    </span>
  );
}
