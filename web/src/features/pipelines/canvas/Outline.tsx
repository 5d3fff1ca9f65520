/** The outline: the same nodes as a tree, in the order of the data, with what each takes; for keys and for reading out. */
import { type KeyboardEvent, useMemo, useRef } from "react";
import { producer } from "@/graph/connect";
import { flowOrder } from "@/graph/cycle";
import type { GraphNode, NodeId } from "@/graph/model";
import { portsOf } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { StateMark } from "@/parts/StateMark";
import { useGraph } from "@/state/graph";
import { useComparison } from "../history/comparison";
import { KINDS, SIGNS, useLook } from "../history/tour";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import css from "./outline.module.css";
import { saidOf, useNodeOverlay } from "./overlay";
import { useCanvas } from "./session";

export default function Outline() {
  const { document: live } = useEditor();
  const graph = useGraph(live);
  const tree = useRef<HTMLDivElement>(null);
  const order = useMemo(() => flowOrder(graph), [graph]);
  const selection = useCanvas((state) => state.selection);
  const current = order.find((id) => selection.has(id)) ?? order[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items[Math.max(0, Math.min(items.length - 1, to))]?.focus();
  };
  return (
    <nav className={css.outline} aria-label="Outline">
      <h3>
        Outline <small>{order.length}</small>
      </h3>
      <div role="tree" tabIndex={-1} aria-label="Nodes of this pipeline" ref={tree} onKeyDown={onKeyDown}>
        {order.map((id) => (
          <Item
            key={id}
            node={graph.nodes.get(id) as GraphNode}
            selected={selection.has(id)}
            current={id === current}
          />
        ))}
        <Removed />
      </div>
    </nav>
  );
}

/** What is in the version that the canvas is compared with, and here no more. */
function Removed() {
  const diff = useComparison((state) => state.diff);
  const changes = useComparison((state) => state.changes);
  const look = useLook();
  const gone = changes.filter((id) => diff?.nodes.get(id)?.status === "removed");
  return gone.map((id) => (
    <div
      key={id}
      role="treeitem"
      aria-selected={false}
      tabIndex={-1}
      className={`${css.item} ${css.removed}`}
      onClick={() => look(id)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        look(id);
      }}
    >
      <span className={css.line}>
        <b>{diff?.before.nodes.get(id)?.name}</b>
        <small>{diff?.before.nodes.get(id)?.operation}</small>
        <Change id={id} />
      </span>
    </div>
  ));
}

/** How the node differs from the version that the canvas is compared with. */
function Change({ id }: { id: NodeId }) {
  const status = useComparison(({ diff }) => diff?.nodes.get(id)?.status);
  const kind = KINDS.find((one) => one === status);
  if (!kind) return null;
  return (
    <em className={css[kind]}>
      <span aria-hidden>{SIGNS[kind]}</span> {kind}
    </em>
  );
}

function Item({ node, selected, current }: { node: GraphNode; selected: boolean; current: boolean }) {
  const { document: live } = useEditor();
  const graph = useGraph(live);
  const operations = useOperations();
  const board = useBoard();
  const overlay = useNodeOverlay(node.id);
  const choose = (focus: boolean) => {
    board.select(new Set([node.id]));
    board.show([node.id], focus);
  };
  return (
    <div
      role="treeitem"
      data-id={node.id}
      aria-selected={selected}
      aria-expanded
      tabIndex={current ? 0 : -1}
      className={css.item}
      onClick={() => choose(false)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        event.stopPropagation();
        choose(true);
      }}
    >
      <span className={css.line}>
        <b>{node.name}</b>
        <small>{node.operation}</small>
        <Change id={node.id} />
        {overlay?.state && <StateMark state={overlay.state} size={10} />}
        <span className="hidden-words">{saidOf(overlay)}</span>
      </span>
      <ul>
        {portsOf(node, operations).inputs.map((port) => (
          <li key={port.name} className={css.port}>
            <PortMark family={port.family} known={port.known} size={10} /> {port.name}{" "}
            <i>
              {producer(graph, operations, node.id, port.name) ??
                (port.required ? "not connected" : "left out")}
            </i>
          </li>
        ))}
      </ul>
    </div>
  );
}
