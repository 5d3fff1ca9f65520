/** Drawing connections: what does not fit is dimmed and says why, what is dropped on nothing opens the palette. */
import type {
  Connection,
  FinalConnectionState,
  IsValidConnection,
  OnConnectStartParams,
} from "@xyflow/react";
import { useMemo } from "react";
import { type End, fittingPort, judge, portOf } from "@/graph/connect";
import { connect } from "@/graph/editing";
import type { Point } from "@/graph/model";
import { portsOf } from "@/graph/operation";
import { liveGraph, write } from "@/state/graph";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { portName, type WireFlowEdge } from "./flow";
import { fade, useSessionStore } from "./session";

export function useConnecting() {
  const { document: live } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  return useMemo(() => {
    let from: End | null = null;
    let refused: (other: End) => string | null = () => null;
    let reconnected = false;

    const mark = () => {
      for (const handle of board.element?.querySelectorAll<HTMLElement>(".react-flow__handle") ?? []) {
        const end = endOf(handle);
        if (!end || !from || (end.node === from.node && end.port === from.port && end.side === from.side))
          continue;
        handle.toggleAttribute(refused(end) === null ? "data-welcome" : "data-refused", true);
      }
    };
    const unmark = () => {
      for (const handle of board.element?.querySelectorAll("[data-refused],[data-welcome]") ?? []) {
        handle.removeAttribute("data-refused");
        handle.removeAttribute("data-welcome");
      }
    };
    const onPointerMove = (event: PointerEvent) => {
      const screen: Point = [event.clientX, event.clientY];
      const end = endAt(screen);
      const reason =
        end && from && end.node !== from.node
          ? refused(end)
          : end && from && end.side !== from.side
            ? refused(end)
            : null;
      const before = session.getState().hint;
      if (reason) session.setState({ hint: { text: reason, screen, refused: true } });
      else if (before) session.setState({ hint: null });
    };
    const begin = (end: End) => {
      from = end;
      refused = judge(liveGraph(live).snapshot(), operations, end);
      mark();
      window.addEventListener("pointermove", onPointerMove);
    };
    const finish = () => {
      from = null;
      unmark();
      window.removeEventListener("pointermove", onPointerMove);
      fade(session);
    };

    const onConnect = (connection: Connection) => {
      const [one, other] = endsOf(connection);
      const graph = liveGraph(live).snapshot();
      if (judge(graph, operations, one)(other) === null)
        write(
          live,
          `connect ${graph.nodes.get(one.node)?.name} with ${graph.nodes.get(other.node)?.name}`,
          connect(graph, one, other),
        );
    };
    const isValidConnection: IsValidConnection<WireFlowEdge> = (connection) => {
      const [one, other] = endsOf(connection as Connection);
      const there = from && from.node === one.node && from.side === "output" ? other : one;
      return from
        ? refused(there) === null
        : judge(liveGraph(live).snapshot(), operations, one)(other) === null;
    };
    const onConnectStart = (_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
      if (nodeId)
        begin({ node: nodeId, port: portName(handleId), side: handleType === "source" ? "output" : "input" });
    };
    const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const start = from;
      finish();
      if (!start || state.isValid || state.toHandle || reconnected) return;
      const screen = pointOf(event);
      const element = document.elementFromPoint(screen[0], screen[1]);
      if (!board.element?.contains(element) || endAt(screen)) return;
      const over = element?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      if (over === start.node) return;
      if (over) dropOnNode(start, over);
      else session.setState({ palette: { screen, at: board.at(screen), from: start } });
    };
    const dropOnNode = (start: End, over: string) => {
      const graph = liveGraph(live).snapshot();
      const node = graph.nodes.get(over);
      if (!node) return;
      const port = fittingPort(portOf(graph, operations, start), portsOf(node, operations), start.side);
      const end: End | null = port && { node: over, port: port.name, side: port.side };
      const reason = end
        ? judge(graph, operations, start)(end)
        : `${node.name} has nothing that fits ${start.port}.`;
      if (end && reason === null) write(live, `connect ${node.name}`, connect(graph, start, end));
      else if (reason) {
        session.setState({ hint: { text: reason, screen: board.here(), refused: true } });
        fade(session);
      }
    };
    /** An end of a connection was taken hold of: it goes elsewhere, or away. */
    const onReconnectStart = () => {
      reconnected = true;
    };
    const onReconnect = (old: WireFlowEdge, connection: Connection) => {
      const [one, other] = endsOf(connection);
      const graph = liveGraph(live).snapshot();
      const moved = other.node === old.target && other.port === portName(old.targetHandle);
      const away = moved
        ? []
        : [{ do: "disconnect", node: old.target, input: portName(old.targetHandle) } as const];
      write(live, "move a connection", [...away, ...connect(graph, one, other)]);
    };
    const onReconnectEnd = (_: unknown, edge: WireFlowEdge, __: unknown, state: FinalConnectionState) => {
      reconnected = false;
      finish();
      if (!state.isValid && !state.toHandle)
        write(live, "remove a connection", [
          { do: "disconnect", node: edge.target, input: portName(edge.targetHandle) },
        ]);
    };
    return {
      onConnect,
      isValidConnection,
      onConnectStart,
      onConnectEnd,
      onReconnectStart,
      onReconnect,
      onReconnectEnd,
      onClickConnectStart: onConnectStart,
      onClickConnectEnd: finish,
    };
  }, [live, operations, board, session]);
}

function endsOf(connection: Connection): [End, End] {
  return [
    { node: connection.source, port: portName(connection.sourceHandle), side: "output" },
    { node: connection.target, port: portName(connection.targetHandle), side: "input" },
  ];
}

/** The end that a handle, or a port's row, stands for. */
export function endOf(element: Element | null | undefined): End | null {
  const port = element?.closest<HTMLElement>("[data-port]");
  const node = port?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  if (!port || !node) return null;
  return { node, port: port.dataset.port ?? "", side: port.dataset.side === "input" ? "input" : "output" };
}

function endAt([x, y]: Point): End | null {
  return endOf(document.elementFromPoint(x, y));
}

function pointOf(event: MouseEvent | TouchEvent): Point {
  const touch = "changedTouches" in event ? event.changedTouches[0] : event;
  return [touch?.clientX ?? 0, touch?.clientY ?? 0];
}
