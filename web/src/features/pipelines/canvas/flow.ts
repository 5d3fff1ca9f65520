/** React Flow's nodes and edges, made from the graph; what did not change stays the same object. */
import { type Edge as FlowEdge, type Node as FlowNode, Position } from "@xyflow/react";
import { bypassOf } from "@/graph/bypass";
import { flowOrder } from "@/graph/cycle";
import { type Family, SHAPES } from "@/graph/family";
import { NODE_WIDTH, nodeHeight, placesOf, portTop, takenOutputs } from "@/graph/geometry";
import {
  danglingInputs,
  type Edge,
  edgesOf,
  type Graph,
  type GraphNode,
  type NodeId,
  type Note,
  type Point,
} from "@/graph/model";
import { type Operations, outputOf, type PortFacts, type Ports, portsOf } from "@/graph/operation";

export type OperationFlowNode = FlowNode<
  { node: GraphNode; ports: Ports; dangling: ReadonlyMap<string, string> },
  "operation"
>;
export type NoteFlowNode = FlowNode<{ note: Note }, "note">;
export type AnyFlowNode = OperationFlowNode | NoteFlowNode;
export type WireFlowEdge = FlowEdge<
  { edge: Edge; family: Family; output: string; bypassed: boolean; lost: boolean },
  "wire"
>;

/** The handle of a port, by side and name. */
export function handleId(side: "input" | "output", name: string): string {
  return `${side === "input" ? "in" : "out"}:${name}`;
}

const AS_CONNECTION = { "aria-roledescription": "connection" };
const HANDLE = 10;
const BAR = 5;
const BORDER = 1;
/** From the middle of a square that stands on a corner to that corner. */
const TURNED = HANDLE / Math.SQRT2;

/**
 * Where the handles of a node are, as React Flow would measure them: without being told, it draws every node once to
 * find out, in view or not.
 */
export function handlesOf(ports: Ports): NonNullable<OperationFlowNode["handles"]> {
  return [...ports.inputs, ...ports.outputs].map(({ side, name, family }) => {
    const shape = SHAPES[family];
    const height = shape === "bar" ? BAR : HANDLE;
    const half = shape === "diamond" ? TURNED : HANDLE / 2;
    const middle = side === "input" ? BORDER : NODE_WIDTH - BORDER;
    return {
      id: handleId(side, name),
      type: side === "input" ? "target" : "source",
      position: side === "input" ? Position.Left : Position.Right,
      x: middle - half,
      y: portTop(ports, side, name) - (shape === "bar" ? BAR / 2 : half),
      width: HANDLE,
      height,
    };
  });
}

export function portName(handle: string | null | undefined): string {
  return handle ? handle.slice(handle.indexOf(":") + 1) : "";
}

/** The nodes in the order of the flow, so that Tab follows the data. Held positions are those of nodes being dragged. */
export function flowNodes(
  graph: Graph,
  operations: Operations,
  before: readonly AnyFlowNode[],
  held: ReadonlyMap<string, Point>,
): AnyFlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const taken = takenOutputs(graph);
  const portsById = new Map<NodeId, Ports>();
  for (const node of graph.nodes.values())
    portsById.set(node.id, portsOf(node, operations, taken.get(node.id)));
  const heights = new Map([...portsById].map(([id, ports]) => [id, nodeHeight(ports)]));
  const places = placesOf(graph, heights);
  const nodes = flowOrder(graph).map((id): AnyFlowNode => {
    const node = graph.nodes.get(id) as GraphNode;
    const old = known.get(id);
    const at = held.get(id) ?? (places.get(id) as Point);
    const ports = portsById.get(id) as Ports;
    const data = { node, ports, dangling: danglingInputs(node, graph.nodes) };
    if (old?.type === "operation" && isSame(old, at) && sameData(old.data, data)) return old;
    return {
      ...(old?.type === "operation" ? old : { id, type: "operation", selected: false }),
      type: "operation",
      position: { x: at[0], y: at[1] },
      data: old?.type === "operation" && sameData(old.data, data) ? old.data : data,
      initialWidth: NODE_WIDTH,
      initialHeight: heights.get(id),
      handles: handlesOf(ports),
      draggable: node.pin ? false : undefined,
      ariaLabel: spoken(node, ports),
      domAttributes: { "aria-describedby": `state-${id} change-${id}` },
    } as OperationFlowNode;
  });
  const notes = [...graph.notes.values()].map((note): AnyFlowNode => {
    const old = known.get(note.id);
    const at = held.get(note.id) ?? note.at;
    if (old?.type === "note" && isSame(old, at) && old.data.note === note) return old;
    return {
      ...(old?.type === "note" ? old : { id: note.id, selected: false }),
      type: "note",
      position: { x: at[0], y: at[1] },
      data: { note },
      width: note.size[0],
      height: note.size[1],
      zIndex: -1,
      ariaLabel: `Note: ${note.text}`,
    } as NoteFlowNode;
  });
  return [...notes, ...nodes];
}

/** The nodes with those that somebody else holds where that person has them; what I drag myself stays in my hand. */
export function moved(nodes: readonly AnyFlowNode[], held: ReadonlyMap<string, Point>): AnyFlowNode[] {
  return nodes.map((node) => {
    const at = held.get(node.id);
    return at === undefined || node.dragging || isSame(node, at)
      ? node
      : { ...node, position: { x: at[0], y: at[1] } };
  });
}

/** The connections between nodes that are there. */
export function flowEdges(
  graph: Graph,
  operations: Operations,
  before: readonly WireFlowEdge[],
): WireFlowEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  return edgesOf(graph).map((edge): WireFlowEdge => {
    const source = graph.nodes.get(edge.source) as GraphNode;
    const ports = portsOf(source, operations, [edge.output]);
    const output =
      outputOf({ node: edge.source, output: edge.output }, source, operations) ??
      ports.outputs[0]?.name ??
      "";
    const family = ports.outputs.find((port) => port.name === output)?.family ?? "any";
    const target = graph.nodes.get(edge.target) as GraphNode;
    const lost =
      lacks(operations.get(source.operation)?.outputs, output) ||
      lacks(operations.get(target.operation)?.inputs, edge.input);
    const passing =
      target.bypass &&
      ![...bypassOf(operations.get(target.operation), target.through).values()].includes(edge.input);
    const bypassed = Boolean(source.bypass || passing);
    const old = known.get(edge.id);
    if (
      old?.source === edge.source &&
      old.data?.output === output &&
      old.data.family === family &&
      old.data.lost === lost &&
      old.data.bypassed === bypassed
    )
      return old;
    return {
      id: edge.id,
      type: "wire",
      source: edge.source,
      target: edge.target,
      sourceHandle: handleId("output", output),
      targetHandle: handleId("input", edge.input),
      selected: old?.selected ?? false,
      data: { edge, family, output, bypassed, lost },
      domAttributes: AS_CONNECTION,
      ariaLabel: `${source.name}${output ? `.${output}` : ""} to ${target.name}.${edge.input}`,
    };
  });
}

/** Whether an operation that is known has no port of this name (any more). */
function lacks(ports: readonly PortFacts[] | undefined, name: string): boolean {
  return ports !== undefined && !ports.some((port) => port.name === name);
}

function isSame(old: AnyFlowNode, at: Point): boolean {
  return old.position.x === at[0] && old.position.y === at[1];
}

function sameData(one: OperationFlowNode["data"], other: OperationFlowNode["data"]): boolean {
  return (
    one.node === other.node && samePorts(one.ports, other.ports) && sameEntries(one.dangling, other.dangling)
  );
}

function samePorts(one: Ports, other: Ports): boolean {
  return (["inputs", "outputs"] as const).every(
    (side) =>
      one[side].length === other[side].length &&
      one[side].every((port, index) => {
        const facing = other[side][index];
        return (
          facing?.name === port.name &&
          facing.annotation === port.annotation &&
          facing.known === port.known &&
          facing.required === port.required
        );
      }),
  );
}

function sameEntries(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** A node as it is read out: `Train train, inputs images: ndarray, outputs model: Module`. */
function spoken(node: GraphNode, ports: Ports): string {
  const list = (side: "inputs" | "outputs") =>
    ports[side].map((port) => (port.annotation ? `${port.name} ${port.annotation}` : port.name)).join(", ");
  const parts = [
    `${node.operation} ${node.name}`,
    ports.inputs.length > 0 && `inputs ${list("inputs")}`,
    ports.outputs.length > 0 && `outputs ${list("outputs")}`,
    node.mute && "muted",
    node.bypass && "bypassed",
    node.pin && "pinned",
  ];
  return parts.filter(Boolean).join("; ");
}
