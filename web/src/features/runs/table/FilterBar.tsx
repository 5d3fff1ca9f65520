/** What narrows the table: words, states, a pipeline, and chips for what was chosen in rows. */
import { ActionIcon, CloseButton, Menu, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconColumns3, IconSearch } from "@tabler/icons-react";
import { type RefObject, useEffect, useState } from "react";
import { useProject } from "@/api/queries";
import { StateMark } from "@/parts/StateMark";
import type { Column } from "./columns";
import css from "./table.module.css";
import { isFiltered, STATES, type Wanted } from "./wanted";

interface FilterBarProps {
  project: string;
  wanted: Wanted;
  onWant: (change: Partial<Wanted>) => void;
  field: RefObject<HTMLInputElement | null>;
  columns: readonly Column[];
  shown: readonly Column[];
  onShow: (column: Column, on: boolean) => void;
}

const NOTHING: Partial<Wanted> = { states: [], pipeline: null, author: null, tag: null, q: "" };

export function FilterBar(props: FilterBarProps) {
  const { project, wanted, onWant, field, columns, shown, onShow } = props;
  const { data } = useProject(project);
  const names = new Set(data?.pipelines.map(({ name }) => name));
  if (wanted.pipeline) names.add(wanted.pipeline);
  const [words, setWords] = useState(wanted.q);
  useEffect(() => setWords((typed) => (typed.trim() === wanted.q ? typed : wanted.q)), [wanted.q]);
  const search = useDebouncedCallback((q: string) => onWant({ q: q.trim() }), 200);
  const toggle = (state: (typeof STATES)[number]) =>
    onWant({
      states: wanted.states.includes(state)
        ? wanted.states.filter((other) => other !== state)
        : [...wanted.states, state],
    });
  return (
    <div className={css.bar}>
      <TextInput
        ref={field}
        className={css.search}
        aria-label="Find runs"
        placeholder="Pipeline, tag, person or id"
        leftSection={<IconSearch size={14} />}
        rightSection={
          words && (
            <CloseButton
              size="xs"
              aria-label="Clear the words"
              onClick={() => {
                setWords("");
                onWant({ q: "" });
              }}
            />
          )
        }
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
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
      <Select
        size="xs"
        className={css.pipeline}
        aria-label="Pipeline"
        placeholder="All pipelines"
        clearable
        searchable
        data={[...names].sort()}
        value={wanted.pipeline}
        onChange={(pipeline) => onWant({ pipeline })}
      />
      {wanted.author && <Chip label={`by ${wanted.author}`} onRemove={() => onWant({ author: null })} />}
      {wanted.tag && <Chip label={`tag ${wanted.tag}`} onRemove={() => onWant({ tag: null })} />}
      {isFiltered(wanted) && (
        <button type="button" className={css.clear} onClick={() => onWant(NOTHING)}>
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
      {label}
      <CloseButton size="xs" aria-label={`Remove the filter ${label}`} onClick={onRemove} />
    </span>
  );
}
