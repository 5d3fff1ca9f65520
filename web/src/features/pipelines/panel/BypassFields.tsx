/** What a bypassed node lets through: for each output the input that it gives, by rule or as somebody chose. */
import { NativeSelect } from "@mantine/core";
import { canMeet } from "@/graph/annotation";
import { bypassOf } from "@/graph/bypass";
import type { Change } from "@/graph/change";
import type { GraphNode } from "@/graph/model";
import type { Operation } from "@/graph/operation";
import { FieldRow } from "./AttributeField";
import css from "./panel.module.css";
import { type PlacedProblem, problemAt } from "./problems";

interface BypassFieldsProps {
  node: GraphNode;
  operation: Operation;
  problems: readonly PlacedProblem[];
  disabled: boolean;
  put: (label: string, ...changes: Change[]) => void;
}

const BY_RULE = "by rule";
const NOTHING = "nothing";

export function BypassFields({ node, operation, problems, disabled, put }: BypassFieldsProps) {
  if (operation.outputs.length === 0) return null;
  const byRule = bypassOf(operation);
  const wrong = problems.filter((problem) => problem.rule === "through");
  const choose = (output: string, choice: string) =>
    put(`what ${node.name} lets through`, {
      do: "through",
      node: node.id,
      output,
      input: choice === BY_RULE ? undefined : choice === NOTHING ? null : choice.slice(1),
    });
  return (
    <>
      <h3>Bypass</h3>
      <p className={css.doc}>It does not run. Each output gives what one of the inputs takes.</p>
      {operation.outputs.map((output) => {
        const chosen = node.through?.[output.name];
        const fitting = operation.inputs.filter((input) => canMeet(input.annotation, output.annotation));
        const names = new Set([...fitting.map((input) => input.name), ...(chosen ? [chosen] : [])]);
        return (
          <FieldRow
            key={output.name}
            id={`through-${output.name}`}
            name={`${output.name || "result"} gives`}
            problem={problemAt(wrong, output.name)}
          >
            <NativeSelect
              id={`through-${output.name}`}
              size="xs"
              disabled={disabled}
              value={chosen === undefined ? BY_RULE : chosen === null ? NOTHING : `=${chosen}`}
              data={[
                { value: BY_RULE, label: `${byRule.get(output.name) ?? "nothing"} (first that fits)` },
                ...[...names].map((name) => ({ value: `=${name}`, label: name })),
                { value: NOTHING, label: "nothing" },
              ]}
              onChange={(event) => choose(output.name, event.currentTarget.value)}
            />
          </FieldRow>
        );
      })}
    </>
  );
}
