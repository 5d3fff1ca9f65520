/** The tools above a log: which jobs, which attempt, searching, wrapping, copying, downloading. */

import { ActionIcon, Button, Menu, Select, TextInput, Tooltip } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconCopy,
  IconDownload,
  IconLetterCase,
  IconSearch,
  IconTextWrap,
} from "@tabler/icons-react";
import type { ComponentPropsWithRef, ReactNode, RefObject } from "react";
import type { ShownState } from "@/state/run";
import { StateMark } from "../../StateMark";
import { count } from "../numbers";
import css from "./log.module.css";
import type { LogSearch } from "./useLogSearch";

interface MarkButtonProps extends Omit<ComponentPropsWithRef<"button">, "color" | "style"> {
  label: string;
  on?: boolean;
  href?: string;
  children: ReactNode;
}

/** A button that is only an icon; a menu may make it its own. */
export function MarkButton({ label, on, href, children, ...rest }: MarkButtonProps) {
  const look = { variant: on ? "light" : "subtle", color: on ? "ember" : "gray", size: "md" } as const;
  return (
    <Tooltip label={label}>
      {href ? (
        <ActionIcon component="a" href={href} download aria-label={label} {...look}>
          {children}
        </ActionIcon>
      ) : (
        <ActionIcon aria-label={label} aria-pressed={on} {...look} {...rest}>
          {children}
        </ActionIcon>
      )}
    </Tooltip>
  );
}

export interface LogJob {
  id: string;
  name: string;
  state: ShownState;
}

interface JobsMenuProps {
  jobs: readonly LogJob[];
  chosen: readonly string[];
  onChoose: (jobs: readonly string[]) => void;
}

/** One job, several, or all that have a log. */
export function JobsMenu({ jobs, chosen, onChoose }: JobsMenuProps) {
  const all = chosen.length === jobs.length;
  const words =
    chosen.length === 1
      ? (jobs.find(({ id }) => id === chosen[0])?.name ?? "")
      : all
        ? `All ${jobs.length} jobs`
        : `${chosen.length} jobs`;
  const toggle = (id: string) => {
    const next = jobs
      .filter((job) => (job.id === id ? !chosen.includes(id) : chosen.includes(job.id)))
      .map((job) => job.id);
    if (next.length > 0) onChoose(next);
  };
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={14} />}>{words || "No job"}</Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        <Menu.CheckboxItem checked={all} onChange={() => onChoose(jobs.map(({ id }) => id))}>
          All jobs
        </Menu.CheckboxItem>
        <Menu.Divider />
        {jobs.map((job) => (
          <Menu.CheckboxItem
            key={job.id}
            checked={chosen.includes(job.id)}
            rightSection={<StateMark state={job.state} />}
            onChange={() => (all && jobs.length > 1 ? onChoose([job.id]) : toggle(job.id))}
          >
            {job.name}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface AttemptSelectProps {
  newest: number;
  attempt: number | null;
  onChoose: (attempt: number | null) => void;
}

export function AttemptSelect({ newest, attempt, onChoose }: AttemptSelectProps) {
  const data = Array.from({ length: newest }, (_, place) => ({
    value: String(newest - place),
    label: `Attempt ${newest - place}${place === 0 ? ", newest" : ""}`,
  }));
  return (
    <Select
      size="xs"
      w={160}
      aria-label="Attempt"
      data={data}
      allowDeselect={false}
      value={String(attempt ?? newest)}
      onChange={(value) => onChoose(Number(value) === newest ? null : Number(value))}
    />
  );
}

interface SearchFieldProps {
  field: RefObject<HTMLInputElement | null>;
  wanted: string;
  onWant: (wanted: string) => void;
  caseMatters: boolean;
  onCase: (matters: boolean) => void;
  search: LogSearch;
}

export function SearchField({ field, wanted, onWant, caseMatters, onCase, search }: SearchFieldProps) {
  const { found, error } = search;
  return (
    <search className={css.search}>
      <TextInput
        ref={field}
        size="xs"
        placeholder="Search the log"
        aria-label="Search the log"
        leftSection={<IconSearch size={14} />}
        value={wanted}
        onChange={(event) => onWant(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") (event.shiftKey ? search.previous : search.next)();
          else if (event.key === "Escape") onWant("");
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <MarkButton label="Tell capitals apart" on={caseMatters} onClick={() => onCase(!caseMatters)}>
        <IconLetterCase size={16} />
      </MarkButton>
      <span className={css.count} role="status" title={error?.message}>
        {wanted !== "" && wordsOf(search)}
      </span>
      <MarkButton label="Previous" disabled={found.length === 0 && !error} onClick={search.previous}>
        <IconArrowUp size={16} />
      </MarkButton>
      <MarkButton label="Next" disabled={found.length === 0 && !error} onClick={search.next}>
        <IconArrowDown size={16} />
      </MarkButton>
    </search>
  );
}

export function wordsOf({ found, at, searching, cutOff, error }: LogSearch): string {
  if (found.length > 0)
    return `${count(at + 1)} of ${count(found.length)}${searching || cutOff || error ? "+" : ""}`;
  if (error) return "not searched: Enter tries again";
  return searching ? "looking…" : "nothing";
}

interface ViewButtonsProps {
  wraps: boolean;
  onWrap: (wraps: boolean) => void;
  onCopy: () => void;
  /** Where the whole log is fetched, when it is one. */
  file: string | null;
}

export function ViewButtons({ wraps, onWrap, onCopy, file }: ViewButtonsProps) {
  return (
    <>
      <MarkButton label="Wrap long lines" on={wraps} onClick={() => onWrap(!wraps)}>
        <IconTextWrap size={16} />
      </MarkButton>
      <MarkButton label="Copy the log" onClick={onCopy}>
        <IconCopy size={16} />
      </MarkButton>
      {file && (
        <MarkButton label="Download the log" href={file}>
          <IconDownload size={16} />
        </MarkButton>
      )}
    </>
  );
}
