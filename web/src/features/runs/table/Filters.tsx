/** A form for everything that narrows the table by a value. Enter shows what was wanted. */
import { Autocomplete, Button, Group, NativeSelect, Popover, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import css from "./table.module.css";
import type { Wanted } from "./wanted";
import { isDay, isSpan, spans } from "./when";

type Fields = Pick<Wanted, "pipeline" | "author" | "tag" | "since" | "until">;

interface FiltersProps {
  wanted: Wanted;
  onWant: (change: Fields) => void;
  opened: boolean;
  onOpened: (opened: boolean) => void;
  button: RefObject<HTMLButtonElement | null>;
  pipelines: readonly string[];
  people: readonly string[];
  tags: readonly string[];
}

export function Filters({ opened, onOpened, button, ...rest }: FiltersProps) {
  const change = (next: boolean) => {
    onOpened(next);
    if (!next) button.current?.focus();
  };
  return (
    <Popover opened={opened} onChange={change} trapFocus position="bottom-start" shadow="md" width={300}>
      <Popover.Target>
        <Button
          ref={button}
          className={css.filter}
          leftSection={<IconFilter size={14} stroke={1.7} />}
          onClick={() => onOpened(!opened)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <FilterForm {...rest} onDone={() => change(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface FilterFormProps extends Pick<FiltersProps, "wanted" | "onWant" | "pipelines" | "people" | "tags"> {
  onDone: () => void;
}

function FilterForm({ wanted, onWant, onDone, pipelines, people, tags }: FilterFormProps) {
  const [fields, setFields] = useState<Fields>(() => ({
    pipeline: wanted.pipeline,
    author: wanted.author,
    tag: wanted.tag,
    since: wanted.since,
    until: wanted.until,
  }));
  const set = (change: Partial<Fields>) => setFields((known) => ({ ...known, ...change }));
  const first = fields.since && isDay(fields.since) ? fields.since : "";
  const inside = { withinPortal: false };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        onWant({ ...fields, author: fields.author?.trim() || null, tag: fields.tag?.trim() || null });
        onDone();
      }}
    >
      <NativeSelect
        size="xs"
        label="Pipeline"
        data={[{ value: "", label: "All pipelines" }, ...pipelines]}
        value={fields.pipeline ?? ""}
        onChange={(event) => set({ pipeline: event.currentTarget.value || null })}
        data-autofocus
      />
      <Autocomplete
        size="xs"
        label="Who"
        placeholder="Anybody"
        data={[...people]}
        openOnFocus={false}
        comboboxProps={inside}
        value={fields.author ?? ""}
        onChange={(author) => set({ author })}
      />
      <Autocomplete
        size="xs"
        label="Tag"
        placeholder="Any or none"
        data={[...tags]}
        openOnFocus={false}
        comboboxProps={inside}
        value={fields.tag ?? ""}
        onChange={(tag) => set({ tag })}
      />
      <NativeSelect
        size="xs"
        label="When"
        data={[{ value: "", label: first || fields.until ? "On these days" : "At any time" }, ...spans]}
        value={fields.since && isSpan(fields.since) ? fields.since : ""}
        onChange={(event) => set({ since: event.currentTarget.value || null, until: null })}
      />
      <Group grow gap="xs" wrap="nowrap">
        <TextInput
          type="date"
          label="First day"
          max={fields.until ?? undefined}
          value={first}
          onChange={(event) => set({ since: event.currentTarget.value || null })}
        />
        <TextInput
          type="date"
          label="Last day"
          min={first || undefined}
          value={fields.until ?? ""}
          onChange={(event) => {
            const until = event.currentTarget.value || null;
            set({ until, ...(fields.since && isSpan(fields.since) && { since: null }) });
          }}
        />
      </Group>
      <Group justify="flex-end" mt={4}>
        <Button type="submit" variant="filled">
          Show runs
        </Button>
      </Group>
    </form>
  );
}
