/** One attribute as a field: made for its type, its default dimmed, with what is wrong beneath. */
import { ActionIcon, NativeSelect, Switch, Tooltip } from "@mantine/core";
import { IconRestore } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import type { AttributeFacts } from "@/graph/operation";
import { CommittedInput } from "./CommittedInput";
import { jsonOf, shapeOf, textOf, typed } from "./fields";
import css from "./panel.module.css";
import { ListField, MappingField } from "./StructuredField";

interface AttributeFieldProps {
  attribute: AttributeFacts;
  /** Undefined: the default holds. */
  value: unknown;
  /** What the server's rules say of it. */
  problem?: string;
  disabled: boolean;
  /** Undefined takes the value away. */
  onCommit: (value: unknown) => void;
  autoFocus?: boolean;
}

export function AttributeField(props: AttributeFieldProps) {
  const { attribute, value, problem, disabled, onCommit } = props;
  const shape = shapeOf(attribute);
  const id = useId();
  const given = value !== undefined;
  const missing = attribute.required && !given;
  return (
    <FieldRow
      id={id}
      name={attribute.name}
      type={shape.type}
      doc={attribute.doc}
      missing={missing}
      problem={problem}
      reset={given && !attribute.required && !disabled ? () => onCommit(undefined) : undefined}
    >
      <Editor {...props} id={id} />
    </FieldRow>
  );
}

function Editor({
  attribute,
  value,
  problem,
  disabled,
  onCommit,
  autoFocus,
  id,
}: AttributeFieldProps & { id: string }) {
  const shape = shapeOf(attribute);
  const held = value === undefined ? attribute.default : value;
  const dim = value === undefined ? css.dim : undefined;
  const common = { id, disabled, "data-autofocus-field": autoFocus || undefined };
  if (shape.kind === "bool" && !shape.optional)
    return (
      <Switch
        {...common}
        size="xs"
        className={dim}
        checked={held === true}
        label={held === true ? "true" : "false"}
        onChange={(event) => onCommit(event.currentTarget.checked)}
      />
    );
  if (shape.kind === "choice" || (shape.kind === "bool" && shape.optional)) {
    const values: unknown[] = [
      ...(shape.kind === "bool" ? [true, false] : shape.choices),
      ...(shape.optional ? [null] : []),
    ];
    const known = values.map(jsonOf);
    const now = held === undefined || (attribute.required && value === undefined) ? "" : jsonOf(held);
    const options = known.includes(now) ? known : [now, ...known];
    return (
      <NativeSelect
        {...common}
        size="xs"
        className={dim}
        error={problem !== undefined}
        value={now}
        data={options.map((text) => ({
          value: text,
          label: text === "" ? "choose…" : text.replace(/^"|"$/g, ""),
        }))}
        onChange={(event) => {
          const index = known.indexOf(event.currentTarget.value);
          if (index >= 0) onCommit(values[index]);
        }}
      />
    );
  }
  const structure = {
    id,
    disabled,
    value,
    fallback: attribute.default,
    problem: problem !== undefined,
    onCommit,
  };
  if (shape.kind === "list" && (Array.isArray(held) || held == null)) return <ListField {...structure} />;
  if (shape.kind === "dict" && (isMapping(held) || held == null)) return <MappingField {...structure} />;
  return (
    <CommittedInput
      {...common}
      value={value === null ? "" : textOf(value, shape.kind)}
      placeholder={value === null ? "null" : attribute.required ? "" : textOf(attribute.default, shape.kind)}
      wrong={problem !== undefined}
      parse={(text) => {
        if (text.trim() === "" && !attribute.required && shape.kind !== "str" && shape.kind !== "path")
          return { value: undefined };
        if (shape.optional && text.trim() === "null") return { value: null };
        return typed(text, shape.kind);
      }}
      onCommit={onCommit}
    />
  );
}

const isMapping = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface FieldRowProps {
  id: string;
  name: string;
  type?: string;
  doc?: string;
  missing?: boolean;
  problem?: string;
  reset?: () => void;
  children: ReactNode;
}

/** A name, a field, a way back to the default, and what is wrong. */
export function FieldRow({ id, name, type, doc, missing, problem, reset, children }: FieldRowProps) {
  return (
    <div className={css.field} data-field={name}>
      <Tooltip label={type} disabled={!type}>
        <label htmlFor={id}>
          {name} {missing && <span className={css.amber}>needed</span>}
        </label>
      </Tooltip>
      <div className={css.entry}>{children}</div>
      {reset ? (
        <Tooltip label="Back to the default">
          <ActionIcon size="xs" variant="subtle" color="gray" aria-label={`Reset ${name}`} onClick={reset}>
            <IconRestore size={13} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <span />
      )}
      {doc && <small className={css.said}>{doc}</small>}
      {problem && (
        <p className={missing ? css.needs : css.wrong} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
