/** Putting something new on the canvas: an operation, connected if it was asked for from a port, or a note. */
import type { Change } from "@/graph/change";
import { type End, fittingPort, portOf } from "@/graph/connect";
import { connect, newNode } from "@/graph/editing";
import { HEADER_HEIGHT, NODE_WIDTH, onGrid, portTop } from "@/graph/geometry";
import type { GraphNode, Point } from "@/graph/model";
import { freshNoteId } from "@/graph/naming";
import { type Operations, portsOf } from "@/graph/operation";
import type { LiveDocument } from "@/state/document";
import { liveGraph, write } from "@/state/graph";

/** Add a node of an operation; with `from`, connected with that end. The id of the new node. */
export function insert(
  document: LiveDocument,
  operations: Operations,
  operation: string,
  at: Point,
  from?: End,
): string {
  const graph = liveGraph(document).snapshot();
  const node = newNode(graph, operation, onGrid([at[0] - NODE_WIDTH / 2, at[1] - HEADER_HEIGHT / 2]));
  const ports = portsOf(node, operations);
  const facts = from && portOf(graph, operations, from);
  const port = from ? fittingPort(facts, ports, from.side) : null;
  const placed: GraphNode =
    port && from ? { ...node, at: besides(at, portTop(ports, port.side, port.name), from.side) } : node;
  const changes: Change[] = [{ do: "add", node: placed }];
  if (port && from) {
    const there = { ...graph, nodes: new Map(graph.nodes).set(placed.id, placed) };
    changes.push(...connect(there, from, { node: placed.id, port: port.name, side: port.side }));
  }
  write(document, `add ${placed.name}`, changes);
  return placed.id;
}

/** So that the port comes to lie where the connection was dropped. */
function besides([x, y]: Point, top: number, side: End["side"]): Point {
  return onGrid([side === "output" ? x : x - NODE_WIDTH, y - top]);
}

export function insertNote(document: LiveDocument, at: Point): string {
  const id = freshNoteId();
  write(document, "add a note", [
    { do: "add note", note: { id, text: "", at: onGrid(at), size: [200, 100] } },
  ]);
  return id;
}
