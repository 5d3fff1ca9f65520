/** The name of a node; F2 or a double click on it makes it a field. */
import { useEffect, useRef, useState } from "react";
import type { GraphNode } from "@/graph/model";
import { nameProblem } from "@/graph/naming";
import { liveGraph, write } from "@/state/graph";
import { nothing } from "@/state/toasts";
import { useEditor } from "./editor";
import css from "./node.module.css";
import { useCanvas, useSessionStore } from "./session";

export function NodeName({ node }: { node: GraphNode }) {
  const renaming = useCanvas((state) => state.renaming === node.id);
  const session = useSessionStore();
  const { document } = useEditor();
  if (renaming) return <NameField node={node} />;
  return (
    <h4
      onDoubleClick={(event) => {
        event.stopPropagation();
        if (document.writable) session.setState({ renaming: node.id });
      }}
      title={node.name}
    >
      {node.name}
    </h4>
  );
}

function NameField({ node }: { node: GraphNode }) {
  const { document } = useEditor();
  const session = useSessionStore();
  const [text, setText] = useState(node.name);
  const field = useRef<HTMLInputElement>(null);
  const others = [...liveGraph(document).snapshot().nodes.values()].filter((one) => one.id !== node.id);
  const problem = nameProblem(
    text.trim(),
    others.map((one) => one.name),
  );
  useEffect(() => field.current?.select(), []);
  const ended = useRef(false);
  const end = (keep: boolean) => {
    if (ended.current) return; // giving the focus back leaves the field once more
    ended.current = true;
    const host = field.current?.closest<HTMLElement>(".react-flow__node");
    session.setState({ renaming: null });
    if (keep && problem) nothing(`${node.name} keeps its name. ${problem}`);
    else if (keep && text.trim() !== node.name)
      write(document, `rename ${node.name}`, [{ do: "set", node: node.id, fields: { name: text.trim() } }]);
    host?.focus();
  };
  return (
    <>
      <input
        ref={field}
        className={`${css.name} nodrag nopan`}
        aria-label={`Name of ${node.name}`}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `name-problem-${node.id}`}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => end(true)}
        onDoubleClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter" && !problem) end(true);
          if (event.key === "Escape") end(false);
        }}
      />
      {problem !== null && (
        <p className={css.refusal} id={`name-problem-${node.id}`} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
