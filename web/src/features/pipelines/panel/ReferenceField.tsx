/** A reference: a class or a function of the project, found by its name, with a way to its code. */
import { Select } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useId } from "react";
import { Link } from "react-router";
import type { AttributeFacts } from "@/graph/operation";
import { useEditor } from "../canvas/editor";
import { FieldRow } from "./AttributeField";
import { codeAddress } from "./codeAddress";
import { jsonOf } from "./fields";
import css from "./panel.module.css";
import { choicesOf, lastOf, moduleOf, NOTHING, type Resource, useResources } from "./resources";

/** Of the list, in pixels: wider than the field, so that a line of documentation fits. */
const WIDTH = 264;

interface ReferenceFieldProps {
  attribute: AttributeFacts;
  /** Undefined: nothing is chosen. */
  target: string | undefined;
  /** What stands under attributes in its place. */
  value: unknown;
  problem?: string;
  disabled: boolean;
  /** Null: nothing is given to the operation; undefined: the default holds. */
  onCommit: (target: string | null | undefined) => void;
}

export function ReferenceField(props: ReferenceFieldProps) {
  const { attribute, target, value, problem, disabled, onCommit } = props;
  const { project } = useEditor();
  const id = useId();
  const { data, isError } = useResources(project);
  const kind = attribute.reference ?? "callable";
  const resources = data?.resources ?? [];
  const chosen = target ?? (value === undefined ? "" : value === null ? NOTHING : jsonOf(value));
  const choices = choicesOf(resources, kind, chosen, attribute.optional === true);
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const given = target !== undefined || value !== undefined;
  const found = target === undefined ? undefined : byName.get(target);
  return (
    <FieldRow
      id={id}
      name={attribute.name}
      type={attribute.annotation ?? "A class or a function of the project"}
      doc={attribute.doc}
      missing={attribute.required && !given}
      problem={problem}
      reset={given && !disabled ? () => onCommit(undefined) : undefined}
    >
      <Select
        id={id}
        size="xs"
        searchable
        disabled={disabled}
        error={problem !== undefined && given}
        classNames={{ input: css.input, groupLabel: css.module }}
        placeholder={placeholderOf(attribute, kind)}
        value={chosen === "" ? null : chosen}
        data={choices}
        maxDropdownHeight={320}
        comboboxProps={{ width: WIDTH, position: "bottom-end" }}
        nothingFoundMessage={
          isError ? "The code cannot be looked through now." : nothingFound(resources, kind)
        }
        renderOption={({ option }) => <Choice label={option.label} resource={byName.get(option.value)} />}
        onChange={(fresh) => fresh !== null && onCommit(fresh === NOTHING ? null : fresh)}
      />
      {found && (
        <p className={css.chosen}>
          <span title={`${found.kind} ${lastOf(found.name)}${found.signature}`}>{moduleOf(found.name)}</span>
          <Link to={codeAddress(project, found.file, found.line)} aria-label={`Open code of ${found.name}`}>
            <IconCode size={13} aria-hidden /> code
          </Link>
        </p>
      )}
    </FieldRow>
  );
}

function Choice({ label, resource }: { label: string; resource: Resource | undefined }) {
  return (
    <span className={css.choice}>
      <b>{label}</b>
      <small>{resource?.kind}</small>
      {resource?.doc && <span>{resource.doc}</span>}
    </span>
  );
}

function placeholderOf({ required, written }: AttributeFacts, kind: "callable" | "class"): string {
  if (!required) return written ?? NOTHING;
  return kind === "class" ? "choose a class" : "choose a class or function";
}

function nothingFound(resources: readonly Resource[], kind: "callable" | "class"): string {
  const what = kind === "class" ? "class" : "class or function";
  if (resources.some((one) => kind === "callable" || one.kind === "class"))
    return `The project has no such ${what}.`;
  const file = kind === "class" ? "utils/models.py" : "utils/losses.py";
  return `The project has no ${what} to choose yet. Write one into a module, such as ${file}.`;
}
