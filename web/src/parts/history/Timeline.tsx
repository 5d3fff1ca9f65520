/** The versions of a project or a file by day: one is looked at, a second can be compared with it. */
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconBookmark,
  IconGitCommit,
  IconPencil,
  IconPlayerPlay,
  IconSearch,
} from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import { Link } from "react-router";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { exact } from "@/ui/time";
import { historyOf } from "./address";
import { dayOf, timeOf } from "./days";
import css from "./history.module.css";
import { NOW, useHistory, type Version } from "./queries";
import { Naming } from "./VersionBar";

const KINDS = {
  edit: { Mark: IconPencil, word: "Edited" },
  run: { Mark: IconPlayerPlay, word: "Run" },
  named: { Mark: IconBookmark, word: "Named" },
  restore: { Mark: IconArrowBackUp, word: "Restored" },
  commit: { Mark: IconGitCommit, word: "Commit of your own" },
} as const;

interface TimelineProps {
  project: string;
  path: string | null;
  selected: string | null;
  /** The second of two that are compared; null: the one before. */
  against: string | null;
  onSelect: (version: Version | null) => void;
  onCompare: (version: Version | typeof NOW) => void;
  /** One is pointed at, or has the focus; null: none any more. Called again with the same as the pointer moves. */
  onPoint?: (version: Version | null) => void;
}

export function Timeline(props: TimelineProps) {
  const { project, path, selected, against, onSelect, onCompare, onPoint } = props;
  const [words, setWords] = useState("");
  const [q] = useDebouncedValue(words.trim(), 250);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useHistory(
    project,
    path,
    q,
  );
  const days = useMemo(() => byDay(data?.pages.flatMap((page) => page.versions) ?? []), [data]);
  const pick = (version: Version) => (event: MouseEvent) =>
    event.shiftKey || event.ctrlKey || event.metaKey ? onCompare(version) : onSelect(version);
  return (
    <div className={css.timeline}>
      <TextInput
        aria-label="Search versions"
        placeholder="Search names, files, people"
        leftSection={<IconSearch size={14} />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {error && (
        <Failed
          what="The history did not come"
          error={error}
          action={<Button onClick={() => refetch()}>Try again</Button>}
        />
      )}
      {!data && !error && <Loading what="the history" />}
      {data && days.length === 0 && (
        <NoVersions project={project} path={path} isSearch={q !== ""} showAll={() => setWords("")} />
      )}
      <div className={css.versions} data-versions>
        {days.map(([day, versions]) => (
          <section key={day} aria-label={day}>
            <h3>{day}</h3>
            <ul>
              {versions.map((version) => (
                <li key={version.id}>
                  <VersionLine
                    version={version}
                    state={
                      version.id === selected ? "selected" : version.id === against ? "against" : "plain"
                    }
                    onClick={pick(version)}
                    onPoint={(isThere) => onPoint?.(isThere ? version : null)}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          Show older versions
        </Button>
      )}
    </div>
  );
}

interface NoVersionsProps {
  project: string;
  path: string | null;
  isSearch: boolean;
  showAll: () => void;
}

function NoVersions({ project, path, isSearch, showAll }: NoVersionsProps) {
  if (isSearch)
    return <Empty title="No version is like that" action={<Button onClick={showAll}>Show all</Button>} />;
  if (path !== null)
    return (
      <Empty
        title="No versions of this file"
        action={
          <Button component={Link} to={historyOf(project)}>
            Versions of all files
          </Button>
        }
      >
        No version that is kept has {path} in it.
      </Empty>
    );
  return (
    <Empty title="No versions yet" action={<Naming project={project} version={NOW} />}>
      The files are kept as a version when a run starts, when you name one, and after edits.
    </Empty>
  );
}

interface VersionLineProps {
  version: Version;
  state: "selected" | "against" | "plain";
  onClick: (event: MouseEvent) => void;
  onPoint: (isThere: boolean) => void;
}

function VersionLine({ version, state, onClick, onPoint }: VersionLineProps) {
  const { Mark, word } = KINDS[version.kind];
  const title = version.names.at(-1) ?? version.words;
  return (
    <button
      type="button"
      className={`${css.version} ${css[state] ?? ""}`}
      aria-pressed={state === "selected"}
      data-version={version.id}
      onClick={onClick}
      onKeyDown={walk}
      onPointerMove={() => onPoint(true)} // a line that comes to lie under a resting pointer is not pointed at
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
    >
      <span className={css.mark} title={word}>
        <Mark size={15} stroke={1.8} aria-label={word} />
      </span>
      <span className={css.words}>
        <strong>
          {version.names.length > 0 && version.kind !== "named" && (
            <IconBookmark size={13} aria-label="Named" className={css.named} />
          )}
          {title}
        </strong>
        <small>
          <time dateTime={version.at} title={exact(version.at)}>
            {timeOf(version.at)}
          </time>
          {" · "}
          {version.authors.length > 0 ? version.authors.join(", ") : "outside DeepForge"}
          {version.changed > 0 && ` · ${version.changed} ${version.changed === 1 ? "file" : "files"}`}
          {version.runs.length > 0 &&
            ` · ${version.runs.length} ${version.runs.length === 1 ? "run" : "runs"}`}
          {state === "against" && " · compared with"}
        </small>
      </span>
    </button>
  );
}

function byDay(versions: readonly Version[]): [string, Version[]][] {
  const found = new Map<string, Version[]>();
  for (const version of versions) {
    const day = dayOf(version.at);
    found.set(day, [...(found.get(day) ?? []), version]);
  }
  return [...found];
}

/** Arrows go from version to version. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const all = event.currentTarget.closest("[data-versions]")?.querySelectorAll<HTMLElement>("[data-version]");
  const lines = [...(all ?? [])];
  const next = lines[lines.indexOf(event.currentTarget) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
