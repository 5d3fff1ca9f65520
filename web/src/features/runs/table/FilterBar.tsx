/** What narrows the table: words, a form for the rest, states, and a chip for each value that was chosen. */
import { ActionIcon, CloseButton, Menu, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { type RefObject, useRef } from "react";
import { useProject } from "@/api/queries";
import { StateMark } from "@/parts/StateMark";
import { SearchField } from "@/ui/SearchField";
import type { Column } from "./columns";
import { Filters } from "./Filters";
import css from "./table.module.css";
import { isFiltered, NO_FILTERS, STATES, type Wanted } from "./wanted";
import { sinceWords, untilWords } from "./when";

interface FilterBarProps {
  project: string;
  wanted: Wanted;
  onWant: (change: Partial<Wanted>) => void;
  field: RefObject<HTMLInputElement | null>;
  /** Whether the form is open. */
  filtering: boolean;
  onFiltering: (opened: boolean) => void;
  /** Who and which tags are known, to choose from. */
  people: readonly string[];
  tags: readonly string[];
  columns: readonly Column[];
  shown: readonly Column[];
  onShow: (column: Column, on: boolean) => void;
}

export function FilterBar(props: FilterBarProps) {
  const { project, wanted, onWant, field, filtering, onFiltering, columns, shown, onShow } = props;
  const button = useRef<HTMLButtonElement>(null);
  const { data } = useProject(project);
  const names = new Set(data?.pipelines.map(({ name }) => name));
  if (wanted.pipeline) names.add(wanted.pipeline);
  const toggle = (state: (typeof STATES)[number]) =>
    onWant({
      states: wanted.states.includes(state)
        ? wanted.states.filter((other) => other !== state)
        : [...wanted.states, state],
    });
  const chips: [string, Partial<Wanted>][] = [];
  if (wanted.pipeline) chips.push([`pipeline ${wanted.pipeline}`, { pipeline: null }]);
  if (wanted.author) chips.push([`by ${wanted.author}`, { author: null }]);
  if (wanted.tag) chips.push([`tag ${wanted.tag}`, { tag: null }]);
  if (wanted.since) chips.push([sinceWords(wanted.since), { since: null }]);
  if (wanted.until) chips.push([untilWords(wanted.until), { until: null }]);
  const remove = (change: Partial<Wanted>) => {
    onWant(change);
    button.current?.focus();
  };
  return (
    <div className={css.bar}>
      <SearchField
        ref={field}
        className={css.search}
        label="Find runs"
        placeholder="Pipeline, tag, person or id"
        value={wanted.q}
        onSearch={(q) => onWant({ q })}
      />
      <Filters
        wanted={wanted}
        onWant={onWant}
        opened={filtering}
        onOpened={onFiltering}
        button={button}
        pipelines={[...names].sort()}
        people={props.people}
        tags={props.tags}
      />
      <fieldset className={css.states}>
        <legend className="hidden-words">States</legend>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            className={css.chip}
            aria-pressed={wanted.states.includes(state)}
            onClick={() => toggle(state)}
          >
            <StateMark state={state} />
          </button>
        ))}
      </fieldset>
      {chips.map(([label, without]) => (
        <Chip key={label} label={label} onRemove={() => remove(without)} />
      ))}
      {isFiltered(wanted) && (
        <button type="button" className={css.clear} onClick={() => remove(NO_FILTERS)}>
          Clear filters
        </button>
      )}
      <span className={css.grow} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label="Columns">
            <ActionIcon variant="subtle" color="gray" aria-label="Columns">
              <IconColumns3 size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {columns.map((column) => (
            <Menu.CheckboxItem
              key={column.id}
              checked={shown.includes(column)}
              onChange={() => onShow(column, !shown.includes(column))}
            >
              {column.label}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <span className={css.chosen}>
      <span title={label}>{label}</span>
      <CloseButton size={24} aria-label={`Remove the filter ${label}`} onClick={onRemove} />
    </span>
  );
}
