/** One node: its name, what it does, its attributes as fields, what it asks for, why it runs, what it gave. */
import { NativeSelect } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import type { Change } from "@/graph/change";
import type { GraphNode } from "@/graph/model";
import { nameProblem, namesOf } from "@/graph/naming";
import type { AttributeFacts, Operation } from "@/graph/operation";
import { liveGraph, write } from "@/state/graph";
import { useEditor, useOperations } from "../canvas/editor";
import { ArtifactPicker } from "./ArtifactPicker";
import { AttributeField, FieldRow } from "./AttributeField";
import { BypassFields } from "./BypassFields";
import { CommittedInput } from "./CommittedInput";
import { codeAddress } from "./codeAddress";
import { Failure } from "./Failure";
import { FIRST, useWantedField } from "./goTo";
import { Outlook } from "./Outlook";
import css from "./panel.module.css";
import type { PlacedProblem, Problems } from "./problems";
import { problemAt, problemsOf } from "./problems";
import { ReferenceField } from "./ReferenceField";
import { ResourceFields } from "./ResourceFields";

export default function NodePanel({ node, problems }: { node: GraphNode; problems: Problems }) {
  const { project, document } = useEditor();
  const operation = useOperations().get(node.operation);
  const here = problemsOf(problems, node.id);
  const ofResources = isBuiltIn(node) ? [] : here.filter(isOfResource);
  const others = here.filter((problem) => !ofResources.includes(problem));
  const fields = useRef<HTMLDivElement>(null);
  useWantedFocus(fields, node.id);
  const put = (label: string, ...changes: Change[]) => write(document, label, changes);
  const disabled = !document.writable;
  return (
    <div ref={fields}>
      <NameField node={node} disabled={disabled} />
      <div className={css.title}>
        <span>{node.operation}</span>
        {operation?.file && (
          <Link to={codeAddress(project, operation.file, operation.line)}>
            <IconCode size={13} aria-hidden /> code
          </Link>
        )}
      </div>
      {operation ? (
        operation.doc && <p className={css.doc}>{operation.doc}</p>
      ) : (
        <Unknown node={node} problems={here} />
      )}
      {operation && !operation.current && (
        <p className={css.needs}>Its file cannot be read now. This is the interface it had last.</p>
      )}
      <Failure node={node} />
      {node.bypass && operation && (
        <BypassFields node={node} operation={operation} problems={here} disabled={disabled} put={put} />
      )}
      <Attributes node={node} operation={operation} problems={others} disabled={disabled} put={put} />
      <OtherProblems problems={others} operation={operation} />
      <Outlook node={node} />
      {!isBuiltIn(node) && (
        <>
          <h3>Resources</h3>
          <ResourceFields node={node} problems={ofResources} disabled={disabled} put={put} />
          <FieldRow
            id="node-cache"
            name="cache"
            type="Whether the result is used again while nothing has changed"
          >
            <NativeSelect
              id="node-cache"
              size="xs"
              disabled={disabled}
              value={node.cache === undefined ? "" : String(node.cache)}
              data={[
                { value: "", label: "as its code says" },
                { value: "true", label: "on" },
                { value: "false", label: "off: run it each time" },
              ]}
              onChange={(event) => {
                const cache = { "": undefined, true: true, false: false }[event.currentTarget.value];
                put(`cache of ${node.name}`, { do: "set", node: node.id, fields: { cache } });
              }}
            />
          </FieldRow>
        </>
      )}
    </div>
  );
}

/** Whether it is about one thing that the node itself asks for, which has a field. */
const isOfResource = ({ rule, place }: PlacedProblem): boolean =>
  rule === "known_resources" && place.part !== "resources";

const isBuiltIn = (node: GraphNode): boolean => node.operation === "Input" || node.operation === "Output";

function NameField({ node, disabled }: { node: GraphNode; disabled: boolean }) {
  const { document } = useEditor();
  return (
    <div className={css.name}>
      <CommittedInput
        label="Name"
        value={node.name}
        wrong={false}
        eager
        disabled={disabled}
        parse={(text) => {
          const others = namesOf(
            [...liveGraph(document).snapshot().nodes.values()].filter((one) => one.id !== node.id),
          );
          const wrong = nameProblem(text.trim(), others);
          return wrong === null ? { value: text.trim() } : { wrong };
        }}
        onCommit={(name) =>
          write(document, `rename ${node.name}`, [
            { do: "set", node: node.id, fields: { name: String(name) } },
          ])
        }
      />
    </div>
  );
}

interface AttributesProps {
  node: GraphNode;
  operation: Operation | undefined;
  problems: readonly PlacedProblem[];
  disabled: boolean;
  put: (label: string, ...changes: Change[]) => void;
}

function Attributes({ node, operation, problems, disabled, put }: AttributesProps) {
  const { project } = useEditor();
  const known = operation?.attributes ?? [];
  const strange = Object.keys(node.attributes).filter((name) => !known.some((one) => one.name === name));
  const all: AttributeFacts[] = [
    ...known,
    ...strange.map((name) => ({ name, annotation: null, required: false, default: null })),
  ];
  const isThere = (name: string) => all.some((one) => one.name === name);
  for (const name of Object.keys(node.references))
    if (!isThere(name)) all.push({ name, annotation: null, required: false, default: null });
  if (all.length === 0) return null;
  const set = (name: string, value: unknown) =>
    put(`${name} of ${node.name}`, { do: "attribute", node: node.id, name, value });
  const refer = (name: string, target: string | null | undefined) =>
    put(
      `${name} of ${node.name}`,
      { do: "reference", node: node.id, name, value: target ?? undefined },
      { do: "attribute", node: node.id, name, value: target === null ? null : undefined },
    );
  return (
    <>
      <h3>Attributes</h3>
      {all.map((attribute) =>
        attribute.reference || attribute.name in node.references ? (
          <ReferenceField
            key={attribute.name}
            attribute={attribute}
            target={node.references[attribute.name]}
            value={node.attributes[attribute.name]}
            problem={problemAt(problems, attribute.name)}
            disabled={disabled}
            onCommit={(target) => refer(attribute.name, target)}
          />
        ) : node.operation === "Input" && attribute.name === "artifact" ? (
          <ArtifactPicker
            key={attribute.name}
            project={project}
            value={String(node.attributes.artifact ?? "")}
            disabled={disabled}
            problem={problemAt(problems, "artifact")}
            onCommit={(value) => set("artifact", value)}
          />
        ) : (
          <AttributeField
            key={attribute.name}
            attribute={attribute}
            value={node.attributes[attribute.name]}
            problem={problemAt(problems, attribute.name)}
            disabled={disabled}
            onCommit={(value) => set(attribute.name, value)}
          />
        ),
      )}
    </>
  );
}

/** Problems of the node that stand at none of its fields. */
function OtherProblems({
  problems,
  operation,
}: {
  problems: readonly PlacedProblem[];
  operation: Operation | undefined;
}) {
  const fields = new Set((operation?.attributes ?? []).map((one) => one.name));
  const rest = problems.filter(
    (problem) => !fields.has(problem.place.part ?? "") && problem.rule !== "known_operation",
  );
  if (rest.length === 0) return null;
  return (
    <>
      <h3>Problems</h3>
      {rest.map((problem, place) => (
        <p key={place} className={problem.severity === "error" ? css.wrong : css.needs}>
          {problem.message} {problem.hint}
        </p>
      ))}
    </>
  );
}

/** An operation that the project does not have: everything the node says is kept until it is back. */
function Unknown({ node, problems }: { node: GraphNode; problems: readonly PlacedProblem[] }) {
  const problem = problems.find((one) => one.rule === "known_operation");
  return (
    <p className={css.needs} role="alert">
      The project has no operation {node.operation}. {problem?.hint} What the node says is kept.
    </p>
  );
}

/** Give the focus to the field that somebody asked for, such as the one of a problem. */
function useWantedFocus(fields: React.RefObject<HTMLDivElement | null>, node: string): void {
  const wanted = useWantedField((state) => (state.node === node ? state.field : null));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another node has other fields
  useEffect(() => {
    if (wanted === null) return;
    const row =
      wanted === FIRST
        ? fields.current
        : fields.current?.querySelector(`[data-field="${CSS.escape(wanted)}"]`);
    const field = row?.querySelector<HTMLElement>("input, select, textarea");
    if (!field) return;
    field.focus();
    useWantedField.setState({ field: null });
  }, [wanted, node]);
}
