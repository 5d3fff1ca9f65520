/** Beside the canvas: what is selected, or the pipeline itself. */

import { Suspense, useMemo } from "react";
import { Link } from "react-router";
import type { GraphNode } from "@/graph/model";
import { ActionButton } from "@/parts/ActionButton";
import { StateMark } from "@/parts/StateMark";
import { type Action, offered, useRegistry } from "@/state/actions";
import { useFromGraph } from "@/state/graph";
import { lazily } from "@/state/lazily";
import { Loading } from "@/ui/Empty";
import { Ago, Lasted } from "@/ui/Time";
import { count } from "@/ui/time";
import { useEditor } from "../canvas/editor";
import { useCanvas } from "../canvas/session";
import { openDrawer } from "../run/drawerState";
import { useLastRun } from "../run/lastRun";
import css from "./panel.module.css";
import { type Problems, useProblems } from "./problems";

/** Its fields are loaded with the first node that somebody selects. */
const NodePanel = lazily(() => import("./NodePanel"));

export function SidePanel() {
  const { document } = useEditor();
  const selection = useCanvas((state) => state.selection);
  const pick = useMemo(() => pickFrom(selection), [selection]);
  const nodes = useFromGraph(document, pick);
  const problems = useProblems(document);
  const [only] = nodes;
  return (
    <aside className={css.panel} aria-label="Properties">
      {nodes.length > 1 ? (
        <ManyPanel nodes={nodes} />
      ) : only ? (
        <Suspense fallback={<Loading what={only.name} />}>
          <NodePanel key={only.id} node={only} problems={problems} />
        </Suspense>
      ) : (
        <PipelineFacts problems={problems} />
      )}
    </aside>
  );
}

/** The nodes that are selected; the same list while none of them changes. */
function pickFrom(selection: ReadonlySet<string>) {
  let known: readonly GraphNode[] = [];
  return ({ nodes }: { nodes: ReadonlyMap<string, GraphNode> }): readonly GraphNode[] => {
    const fresh = [...selection].flatMap((id) => nodes.get(id) ?? []);
    const same = fresh.length === known.length && fresh.every((node, place) => node === known[place]);
    if (!same) known = fresh;
    return known;
  };
}

const ON_MANY =
  /^(node\.(bypass|mute|duplicate|remove)|canvas\.tidy|pipeline\.(run-to|run-from|clear-cache))/;

function ManyPanel({ nodes }: { nodes: readonly GraphNode[] }) {
  const stack = useRegistry((registry) => registry.stack);
  const actions = offered(stack).filter((action: Action) => ON_MANY.test(action.id));
  return (
    <>
      <h2>{count(nodes.length, "node")}</h2>
      <p className={css.doc}>{nodes.map((node) => node.name).join(", ")}</p>
      <div className={css.actions}>
        {actions.map((action) => (
          <ActionButton key={action.id} action={action} />
        ))}
      </div>
    </>
  );
}

function PipelineFacts({ problems }: { problems: Problems }) {
  const { project, name, document } = useEditor();
  const size = useFromGraph(document, nodeCount);
  const run = useLastRun(project, name);
  return (
    <>
      <h2>{name}</h2>
      <p className={css.doc}>A pipeline of {count(size, "node")}.</p>
      <h3>Problems</h3>
      {problems.all.length === 0 ? (
        <p className={css.doc}>
          {problems.unchecked
            ? "The server could not be asked."
            : size === 0
              ? "It needs a node before it can run."
              : "None: it can run."}
        </p>
      ) : (
        <button type="button" className={css.plain} onClick={() => openDrawer("problems")}>
          {[
            problems.errors > 0 && count(problems.errors, "error"),
            problems.warnings > 0 && count(problems.warnings, "warning"),
          ]
            .filter(Boolean)
            .join(", ")}
        </button>
      )}
      <h3>Last run</h3>
      {run ? (
        <div className={css.title}>
          <StateMark state={run.state} />
          <Ago time={run.created} />
          <Lasted from={run.started} to={run.ended} />
          <Link to={`/projects/${project}/runs/${run.id}`}>run</Link>
        </div>
      ) : (
        <p className={css.doc}>It has not run yet.</p>
      )}
      {size > 0 && (
        <>
          <h3>Nodes</h3>
          <p className={css.doc}>Select a node to see and change what it does.</p>
        </>
      )}
    </>
  );
}

const nodeCount = ({ nodes }: { nodes: ReadonlyMap<string, GraphNode> }): number => nodes.size;
