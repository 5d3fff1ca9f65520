/** What a node asks of a machine, over what its operation says. */
import { useId } from "react";
import type { Change } from "@/graph/change";
import type { GraphNode } from "@/graph/model";
import { FieldRow } from "./AttributeField";
import { CommittedInput } from "./CommittedInput";
import { type FieldKind, type Typed, textOf, typed } from "./fields";
import { type PlacedProblem, problemAt } from "./problems";

const RESOURCES: readonly [name: string, kind: FieldKind, example: string, help: string][] = [
  ["cpus", "float", "1", "Cores"],
  ["gpus", "int", "0", "Graphics processors"],
  ["memory", "any", "what there is", "Such as 4 GB or 512 MiB"],
  ["timeout", "any", "none", "Such as 30 min or 1h30m"],
  ["retries", "int", "0", "How many times to try again after a failure"],
  ["labels", "list", "[]", 'Words that a machine must have, such as ["a100"]'],
];

interface ResourceFieldsProps {
  node: GraphNode;
  problems: readonly PlacedProblem[];
  disabled: boolean;
  put: (label: string, ...changes: Change[]) => void;
}

export function ResourceFields({ node, problems, disabled, put }: ResourceFieldsProps) {
  const set = (name: string, value: unknown) =>
    put(`${name} of ${node.name}`, { do: "resource", node: node.id, name, value });
  const strange = Object.keys(node.resources).filter((name) => !RESOURCES.some(([known]) => known === name));
  const rows = [...RESOURCES, ...strange.map((name) => [name, "any", "", ""] as const)];
  return rows.map(([name, kind, example, help]) => (
    <ResourceField
      key={name}
      name={name}
      help={help}
      value={node.resources[name]}
      kind={kind}
      example={example}
      disabled={disabled}
      problem={problemAt(problems, name)}
      onCommit={(value) => set(name, value)}
    />
  ));
}

interface ResourceFieldProps {
  name: string;
  help: string;
  value: unknown;
  kind: FieldKind;
  example: string;
  disabled: boolean;
  problem?: string;
  onCommit: (value: unknown) => void;
}

function ResourceField({
  name,
  help,
  value,
  kind,
  example,
  disabled,
  problem,
  onCommit,
}: ResourceFieldProps) {
  const id = useId();
  const text = typeof value === "string" ? value : value === undefined ? "" : textOf(value, kind);
  const reset = value !== undefined && !disabled ? () => onCommit(undefined) : undefined;
  const parse = (words: string): Typed => (words.trim() === "" ? { value: undefined } : typed(words, kind));
  return (
    <FieldRow id={id} name={name} type={help} problem={problem} reset={reset}>
      <CommittedInput
        id={id}
        value={text}
        placeholder={example}
        wrong={false}
        disabled={disabled}
        parse={parse}
        onCommit={onCommit}
      />
    </FieldRow>
  );
}
