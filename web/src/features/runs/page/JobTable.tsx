/** The jobs of a run, with when each ran as a bar, and why it waits, ran, or did not have to. */
import { Progress } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileText, IconPlayerSkipForward, IconRefresh } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { DotsMenu } from "@/parts/DotsMenu";
import { StateMark } from "@/parts/StateMark";
import type { Action } from "@/state/actions";
import { hasEnded, type Job, type Run, shownState } from "@/state/run";
import { useThing } from "@/state/thing";
import { Lasted } from "@/ui/Time";
import { between, number } from "@/ui/time";
import { restartJob, runAddress, runFrom } from "../deeds";
import css from "./page.module.css";

const ROW = 40;
/** On a narrow screen a job has two lines. */
const NARROW_ROW = 56;
/** Rows of a table that does not scroll by itself. */
const MOST = 12;

/** What the cells of a row tell, for those who do not see it. */
const COLUMNS = ["State", "Job", "When", "Duration", "Reason", "Actions"];

interface JobTableProps {
  run: Run;
  job: string | null;
  onGo: (change: Record<string, string | null>) => void;
}

export function JobTable({ run, job, onGo }: JobTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery("(max-width: 700px)", false, { getInitialValueInEffect: false });
  const row = narrow ? NARROW_ROW : ROW;
  const rows = useVirtualizer({
    count: run.jobs.length,
    getScrollElement: () => box.current,
    estimateSize: () => row,
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are as tall as `row` says
  useEffect(() => rows.measure(), [rows, row]);
  const chosen = run.jobs.findIndex(({ id }) => id === job);
  useEffect(() => {
    if (chosen >= 0) rows.scrollToIndex(chosen);
  }, [chosen, rows]);
  const total = run.started ? Math.max(between(run.started, run.ended), 0.001) : 0;
  return (
    <section aria-label="Jobs">
      <h2>Jobs</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: only the rows in view are there */}
      <div
        ref={box}
        className={css.jobs}
        style={{ maxHeight: MOST * row }}
        role="table"
        aria-label="Jobs"
        aria-rowcount={run.jobs.length + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
        tabIndex={0}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: it only names the columns */}
        <div role="row" aria-rowindex={1} className="hidden-words">
          {COLUMNS.map((column) => (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <span key={column} role="columnheader">
              {column}
            </span>
          ))}
        </div>
        <div style={{ position: "relative", height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const one = run.jobs[index]!;
            return (
              <Row key={one.id} {...{ run, total, onGo, index, start }} job={one} chosen={one.id === job} />
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface RowProps {
  run: Run;
  job: Job;
  /** Seconds that the run took. */
  total: number;
  chosen: boolean;
  onGo: JobTableProps["onGo"];
  index: number;
  /** Where it lies, in pixels. */
  start: number;
}

function Row({ run, job, total, chosen, onGo, index, start }: RowProps) {
  const { actions, thing } = useDeeds(run, job);
  return (
    // biome-ignore lint/a11y/useSemanticElements: only the rows in view are there
    // biome-ignore lint/a11y/useFocusableInteractive: it holds what can be chosen
    <div
      {...thing}
      role="row"
      aria-rowindex={index + 2}
      aria-label={job.name}
      className={css.job}
      data-chosen={chosen || undefined}
      style={{ transform: `translateY(${start}px)` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.state}>
        <StateMark state={shownState(job)} />
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.name}>
        <button type="button" onClick={() => onGo({ job: chosen ? null : job.id })}>
          {job.name}
        </button>
        <small>{job.operation}</small>
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.when}>
        <Bar run={run} job={job} total={total} />
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.took}>
        {job.cached ? "" : <Lasted from={job.started} to={job.ended} />}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.reason} title={said(job)}>
        {said(job)}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="cell" className={css.dots}>
        <DotsMenu name={job.name} actions={actions} />
      </span>
    </div>
  );
}

/** Why it waits, ran or did not have to; while it runs, how far it is; in the end, what it measured. */
function said(job: Job): string {
  const metrics = Object.entries(job.metrics as Record<string, number | null>).slice(0, 3);
  const values = metrics.map(([name, value]) => `${name} ${number(value)}`).join(", ");
  if (job.state === "running") return [job.progress?.label, values].filter(Boolean).join(" · ");
  return [job.error?.message.split("\n")[0] ?? job.reason, values].filter(Boolean).join(" · ");
}

function Bar({ run, job, total }: { run: Run; job: Job; total: number }) {
  if (job.state === "running" && job.progress?.total) {
    const share = (100 * job.progress.value) / job.progress.total;
    const words = `${number(job.progress.value)} of ${number(job.progress.total)}`;
    return (
      <Progress.Root size="sm" style={{ flex: 1 }}>
        <Progress.Section value={share} aria-label={`${job.name}: ${words}`} color="var(--running-fill)" />
      </Progress.Root>
    );
  }
  if (!run.started || !job.started || job.cached) return null;
  const from = Math.max(between(run.started, job.started) / total, 0);
  const width = Math.max(between(job.started, job.ended) / total, 0.004);
  return (
    <i
      className={css.bar}
      data-state={job.state}
      style={{ left: `${100 * Math.min(from, 0.996)}%`, width: `${100 * Math.min(width, 1 - from)}%` }}
    />
  );
}

/** What can be done with a job, wherever it is asked for. */
function useDeeds(run: Run, job: Job) {
  const navigate = useNavigate();
  const open = (begun: string | null) => begun && navigate(runAddress(run.project, begun));
  return useThing<HTMLDivElement>(
    "job",
    job.name,
    (): Action[] => [
      {
        id: "job.log",
        label: "Log",
        group: "Jobs",
        icon: IconFileText,
        perform: () => navigate(`${runAddress(run.project, run.id)}?tab=log&job=${job.id}`),
      },
      {
        id: "job.again",
        label: "Run again from here, as it was",
        group: "Jobs",
        icon: IconPlayerSkipForward,
        when: () => hasEnded(run),
        perform: () => void runFrom(run.id, job.name).then(open),
      },
      {
        id: "job.restart",
        label: "Restart with the code of today",
        group: "Jobs",
        icon: IconRefresh,
        perform: () => void restartJob(run.id, job.id).then(open),
      },
    ],
    [run.project, run.id, hasEnded(run), job.id, job.name, navigate],
  );
}
