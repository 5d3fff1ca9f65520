/** The logs of a run: of one job or several, from the first line to the newest, whatever their length. */
import { Button } from "@mantine/core";
import { IconArrowBarToDown, IconFileText } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { copyText } from "@/state/clipboard";
import { shownState, useRunJobs } from "@/state/run";
import { useKept } from "@/state/session";
import { done, failed } from "@/state/toasts";
import { Empty, Failed, FailedLine, Loading } from "@/ui/Empty";
import { LogLine } from "./logs/LogLine";
import { AttemptSelect, JobsMenu, SearchField, ViewButtons } from "./logs/LogTools";
import css from "./logs/log.module.css";
import { rowAt, rowCount, rowOf, wantRows } from "./logs/rows";
import { useLogActions } from "./logs/useLogActions";
import { type Found, useLogSearch } from "./logs/useLogSearch";
import { useLogs } from "./logs/useLogs";
import { type Scroller, VirtualRows } from "./logs/VirtualRows";

const ROW = 18;
const MOST_COPIED = 5_000_000;
const MOST_TOGETHER = 40;

interface LogViewProps {
  project: string;
  run: string;
  /** Whose log is shown first; left out: the one that matters most now. */
  job?: string | null;
  /** What one can do where there is none. */
  action?: ReactNode;
  /** Told when another job is chosen; null for several. */
  onJob?: (job: string | null) => void;
}

export function LogView({ project, run, job, onJob, action }: LogViewProps) {
  const asked = useRunJobs(run);
  const [chosen, setChosen] = useState<readonly string[] | null>(job ? [job] : null);
  const [attempt, setAttempt] = useState<number | null>(null);
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    if (!job) return;
    setChosen([job]);
    setAttempt(null);
  }, [job]);

  const jobs = useMemo(
    () => (asked.data ?? []).filter((one) => one.fence > 0 || one.cached || one.id === job),
    [asked.data, job],
  );
  const shown = useMemo(() => {
    const wanted = chosen ?? first(jobs);
    return jobs.filter(({ id }) => wanted.includes(id)).slice(0, MOST_TOGETHER);
  }, [jobs, chosen]);
  const choose = (ids: readonly string[]) => {
    setChosen(ids);
    setAttempt(null);
    onJob?.(ids.length === 1 ? ids[0]! : null);
  };

  if (asked.isPending) return <Loading what="the log" />;
  if (asked.error && !asked.data)
    return <Failed error={asked.error} what="The log cannot be shown" again={asked.refetch} />;
  if (shown.length === 0)
    return (
      <Empty title="No log yet" icon={<IconFileText size={28} stroke={1.5} />} action={action}>
        No job of this run has begun. What they print appears here.
      </Empty>
    );
  return (
    <Logs
      key={`${shown.map(({ id }) => id).join()} ${attempt}`}
      project={project}
      run={run}
      jobs={jobs}
      shown={shown}
      onChoose={choose}
      attempt={attempt}
      onAttempt={setAttempt}
      wanted={wanted}
      onWant={setWanted}
    />
  );
}

type Job = NonNullable<ReturnType<typeof useRunJobs>["data"]>[number];

interface LogsProps {
  project: string;
  run: string;
  jobs: readonly Job[];
  shown: readonly Job[];
  onChoose: (jobs: readonly string[]) => void;
  attempt: number | null;
  onAttempt: (attempt: number | null) => void;
  /** The words that are looked for, whichever jobs are shown. */
  wanted: string;
  onWant: (wanted: string) => void;
}

function Logs(props: LogsProps) {
  const { project, run, jobs, shown, onChoose, attempt, onAttempt, wanted, onWant } = props;
  const goTo = useNavigate();
  const location = useLocation();
  const marked = markedLine(location.hash);
  const [follow, setFollow] = useState(marked === null);
  const [wraps, setWraps] = useKept("log.wraps", false);
  const [caseMatters, setCase] = useKept("log.case", false);
  const sections = useLogs(run, shown, attempt, follow);
  const scroller = useRef<Scroller>(null);
  const field = useRef<HTMLInputElement>(null);
  const total = rowCount(sections);
  const alone = shown.length === 1 ? shown[0]! : null;

  const show = useCallback(
    ({ job, line }: Found) => {
      setFollow(false);
      scroller.current?.show(rowOf(sections, job, line));
    },
    [sections],
  );
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const search = useLogSearch(run, ids, attempt, wanted, caseMatters, show);
  const here = search.at >= 0 ? search.found[search.at] : undefined;

  // The line that the address names, once it is known to be there.
  const aimed = useRef<number | null>(marked);
  useEffect(() => {
    if (marked !== null) aimed.current = marked;
  }, [marked]);
  useEffect(() => {
    const section = sections[0];
    if (aimed.current === null || !section?.pages.loaded) return;
    show({ job: section.job, line: aimed.current });
    aimed.current = null;
  });

  const onRange = useCallback((from: number, end: number) => wantRows(sections, from, end), [sections]);
  const mark = useCallback(
    (line: number) => {
      setFollow(false);
      void goTo(
        { search: location.search, hash: `#L${line + 1}` },
        { replace: true, preventScrollReset: true },
      );
    },
    [goTo, location.search],
  );

  const render = (row: number) => {
    const found = rowAt(sections, row);
    if (!found) return null;
    if (found.kind === "heading") return <div className={css.heading}>{found.section.name}</div>;
    const { section, line } = found;
    return (
      <LogLine
        project={project}
        number={line}
        text={section.pages.line(line)}
        cut={section.pages.cut.get(line)}
        wanted={wanted}
        caseMatters={caseMatters}
        marked={line === marked && section === sections[0]}
        found={here?.job === section.job && here.line === line}
        onMark={mark}
      />
    );
  };

  const view = useRef<HTMLDivElement>(null);
  useLogActions(view, {
    find: () => field.current?.focus(),
    next: search.next,
    previous: search.previous,
    wrap: () => setWraps(!wraps),
    wraps,
    copy: () => void copy(run, shown, attempt),
    follow: () => setFollow(true),
  });
  const broken = sections.filter(({ pages }) => pages.error);
  const [problem] = broken;
  const loaded = sections.every(({ pages }) => pages.loaded);
  // What is in view may have to be fetched again when the log has grown under it.
  useEffect(() => {
    if (loaded && !problem) scroller.current?.again();
  });
  return (
    <div className={css.view} ref={view}>
      <div className={css.tools}>
        <JobsMenu
          jobs={jobs.map((one) => ({ id: one.id, name: one.name, state: shownState(one) }))}
          chosen={ids}
          onChoose={onChoose}
        />
        {alone && alone.fence > 1 && (
          <AttemptSelect newest={alone.fence} attempt={attempt} onChoose={onAttempt} />
        )}
        <span className={css.grow} />
        <SearchField
          field={field}
          wanted={wanted}
          onWant={onWant}
          caseMatters={caseMatters}
          onCase={setCase}
          search={search}
        />
        <ViewButtons
          wraps={wraps}
          onWrap={setWraps}
          onCopy={() => void copy(run, shown, attempt)}
          file={alone && fileOf(run, alone.id, attempt)}
        />
      </div>
      {problem?.pages.error && (
        <FailedLine
          what="The log is not whole"
          error={problem.pages.error}
          again={() => broken.forEach(({ pages }) => void pages.retry())}
        />
      )}
      {loaded && total === 0 && (
        <div className={css.word}>
          {sections.every(({ pages }) => pages.done)
            ? "It has printed nothing."
            : "It has printed nothing yet."}
        </div>
      )}
      <VirtualRows
        count={total}
        rowHeight={ROW}
        wraps={wraps}
        follow={follow}
        onFollow={setFollow}
        onRange={onRange}
        render={render}
        scroller={scroller}
        label={alone ? `Log of ${alone.name}` : "Logs"}
      />
      {!follow && (
        <Button
          className={css.foot}
          leftSection={<IconArrowBarToDown size={15} />}
          onClick={() => setFollow(true)}
        >
          {sections.every(({ pages }) => pages.done) ? "To the end" : "Follow"}
        </Button>
      )}
    </div>
  );
}

/** The job whose log matters most: one that failed, else one that runs, else the one that ended last. */
function first(jobs: readonly Job[]): string[] {
  const ended = jobs.filter(({ ended }) => ended).sort((a, b) => (a.ended! < b.ended! ? 1 : -1));
  const found =
    jobs.find(({ state }) => state === "failed") ??
    jobs.find(({ state }) => state === "running") ??
    ended[0] ??
    jobs[0];
  return found ? [found.id] : [];
}

function markedLine(hash: string): number | null {
  const found = /^#L(\d+)$/.exec(hash);
  return found ? Math.max(0, Number(found[1]) - 1) : null;
}

const fileOf = (run: string, job: string, attempt: number | null): string =>
  `/api/v1/runs/${run}/jobs/${job}/log/file${attempt ? `?attempt=${attempt}` : ""}`;

async function copy(run: string, jobs: readonly Job[], attempt: number | null): Promise<void> {
  try {
    const parts: string[] = [];
    for (const job of jobs) {
      const page = await ask(
        api.GET("/api/v1/runs/{run}/jobs/{job}/log", {
          params: {
            path: { run, job: job.id },
            query: { offset: -1_000_000, limit: 1_000_000, ...(attempt ? { attempt } : {}) },
          },
        }),
      );
      parts.push(page.offset > 0 ? page.text.slice(page.text.indexOf("\n") + 1) : page.text);
      if (page.offset > 0)
        done(`The last megabyte of the log of ${job.name} was copied. Download it for all.`);
    }
    await copyText(parts.join("").slice(-MOST_COPIED));
    if (parts.length > 0) done("The log was copied.");
  } catch (error) {
    failed(error, "The log was not copied");
  }
}
