/** Lists and mappings as rows of values; what is nested more deeply is edited as JSON. */
import { ActionIcon, Button, Textarea } from "@mantine/core";
import { IconBraces, IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { CommittedInput } from "./CommittedInput";
import { jsonOf, type Typed, textOf, typed } from "./fields";
import css from "./panel.module.css";

interface StructuredFieldProps {
  id: string;
  /** Undefined: the fallback holds. */
  value: unknown;
  fallback: unknown;
  disabled: boolean;
  problem: boolean;
  onCommit: (value: unknown) => void;
}

/** A value inside: JSON when it is that, else the text itself. */
const entry = (text: string): Typed => typed(text, "any");
const shown = (value: unknown): string =>
  typeof value === "string" && isText(value) ? value : textOf(value, "any");
const isText = (text: string): boolean =>
  "value" in typed(text, "any") && (typed(text, "any") as { value: unknown }).value === text;
const isFlat = (value: unknown): boolean => value === null || typeof value !== "object";

export function ListField({ id, value, fallback, disabled, problem, onCommit }: StructuredFieldProps) {
  const items = ((value === undefined ? fallback : value) ?? []) as unknown[];
  const put = (place: number, item: unknown) =>
    onCommit(items.map((one, index) => (index === place ? item : one)));
  return (
    <Structure
      id={id}
      held={items}
      raw={!items.every(isFlat)}
      kind="list"
      disabled={disabled}
      problem={problem}
      dim={value === undefined}
      onCommit={onCommit}
    >
      {items.map((item, place) => (
        <div key={place} className={css.item}>
          <CommittedInput
            label={`Item ${place + 1}`}
            value={shown(item)}
            wrong={false}
            disabled={disabled}
            parse={entry}
            onCommit={(fresh) => put(place, fresh)}
          />
          <Remove
            label={`Remove item ${place + 1}`}
            disabled={disabled}
            onClick={() => onCommit(items.filter((_, index) => index !== place))}
          />
        </div>
      ))}
      <Add disabled={disabled} onClick={() => onCommit([...items, items.at(-1) ?? 0])}>
        Add an item
      </Add>
    </Structure>
  );
}

export function MappingField({ id, value, fallback, disabled, problem, onCommit }: StructuredFieldProps) {
  const held = ((value === undefined ? fallback : value) ?? {}) as Record<string, unknown>;
  const pairs = Object.entries(held);
  const put = (place: number, pair: [string, unknown]) =>
    onCommit(Object.fromEntries(pairs.map((one, index) => (index === place ? pair : one))));
  const free = (text: string): Typed =>
    text === "" || text in held
      ? { wrong: text === "" ? "Write a name." : "There is one already." }
      : { value: text };
  return (
    <Structure
      id={id}
      held={held}
      raw={!pairs.every(([, one]) => isFlat(one))}
      kind="dict"
      disabled={disabled}
      problem={problem}
      dim={value === undefined}
      onCommit={onCommit}
    >
      {pairs.map(([name, item], place) => (
        <div key={name} className={css.pair}>
          <CommittedInput
            label={`Name ${place + 1}`}
            value={name}
            wrong={false}
            disabled={disabled}
            parse={free}
            onCommit={(fresh) => put(place, [String(fresh), item])}
          />
          <CommittedInput
            label={`Value of ${name}`}
            value={shown(item)}
            wrong={false}
            disabled={disabled}
            parse={entry}
            onCommit={(fresh) => put(place, [name, fresh])}
          />
          <Remove
            label={`Remove ${name}`}
            disabled={disabled}
            onClick={() => onCommit(Object.fromEntries(pairs.filter((_, index) => index !== place)))}
          />
        </div>
      ))}
      <Add disabled={disabled} onClick={() => onCommit({ ...held, [freeKey(held)]: 0 })}>
        Add an entry
      </Add>
    </Structure>
  );
}

function freeKey(held: Record<string, unknown>): string {
  for (let number = 1; ; number++) if (!(`key${number}` in held)) return `key${number}`;
}

interface StructureProps {
  id: string;
  held: unknown;
  raw: boolean;
  kind: "list" | "dict";
  disabled: boolean;
  problem: boolean;
  dim: boolean;
  onCommit: (value: unknown) => void;
  children: React.ReactNode;
}

function Structure({ id, held, raw, kind, disabled, problem, dim, onCommit, children }: StructureProps) {
  const [asText, setAsText] = useState(false);
  const json = raw || asText;
  return (
    <div className={`${css.structure} ${dim ? css.dim : ""}`}>
      {json ? (
        <RawField id={id} held={held} kind={kind} disabled={disabled} problem={problem} onCommit={onCommit} />
      ) : (
        children
      )}
      {!raw && (
        <ActionIcon
          className={css.braces}
          size="xs"
          variant="subtle"
          color="gray"
          aria-label={json ? "Edit as rows" : "Edit as JSON"}
          aria-pressed={json}
          onClick={() => setAsText(!asText)}
        >
          <IconBraces size={13} />
        </ActionIcon>
      )}
    </div>
  );
}

function RawField({
  id,
  held,
  kind,
  disabled,
  problem,
  onCommit,
}: Omit<StructureProps, "raw" | "dim" | "children">) {
  const now = jsonOf(held);
  const [text, setText] = useState(now);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => setText(now), [now]);
  const commit = () => {
    const found = typed(text, kind);
    setWrong("wrong" in found ? found.wrong : null);
    if ("value" in found && text !== now) onCommit(found.value);
  };
  return (
    <Textarea
      id={id}
      size="xs"
      autosize
      minRows={1}
      maxRows={8}
      classNames={{ input: css.input }}
      value={text}
      disabled={disabled}
      error={wrong ?? problem}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) commit();
      }}
    />
  );
}

function Remove({ label, disabled, onClick }: { label: string; disabled: boolean; onClick: () => void }) {
  return (
    <ActionIcon
      size="xs"
      variant="subtle"
      color="gray"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <IconX size={12} />
    </ActionIcon>
  );
}

function Add({ disabled, onClick, children }: { disabled: boolean; onClick: () => void; children: string }) {
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      leftSection={<IconPlus size={12} />}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
