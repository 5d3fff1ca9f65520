/** The outline: the same nodes as a tree, in the order of the data, with what each takes; for keys and for reading out. */
import { type KeyboardEvent, useMemo, useRef } from "react";
import { producer } from "@/graph/connect";
import { flowOrder } from "@/graph/cycle";
import type { GraphNode } from "@/graph/model";
import { portsOf } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { StateMark } from "@/parts/StateMark";
import { useGraph } from "@/state/graph";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import css from "./outline.module.css";
import { useNodeOverlay } from "./overlay";
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
      </div>
    </nav>
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
        {overlay?.state && <StateMark state={overlay.state} size={10} />}
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
