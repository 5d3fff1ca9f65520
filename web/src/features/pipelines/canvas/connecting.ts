/** Drawing connections: what does not fit is dimmed and says why, what is dropped on nothing opens the palette. */
import type {
  Connection,
  FinalConnectionState,
  IsValidConnection,
  OnConnectStartParams,
} from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, useMemo, useRef } from "react";
import { type End, fittingPort, judge, portOf } from "@/graph/connect";
import { connect, cut, replug } from "@/graph/editing";
import type { Point } from "@/graph/model";
import { portsOf } from "@/graph/operation";
import { liveGraph, write } from "@/state/graph";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { portName, type WireFlowEdge } from "./flow";
import { fade, useSessionStore } from "./session";

/** Pixels from which on an end of a connection was pulled off; before, it springs back. */
const AWAY = 24;

/** What is in the hand between press and release, whatever changes under it. */
interface Hand {
  /** Where it was taken from. */
  from: End | null;
  /** Why the other end does not fit. */
  refused: (other: End) => string | null;
  /** The connection whose end it is. */
  held: WireFlowEdge | null;
  /** Where on the screen that end was. */
  taken: Point;
  released: AbortController;
}

const EMPTY_HAND: Hand = {
  from: null,
  refused: () => null,
  held: null,
  taken: [0, 0],
  released: new AbortController(),
};

export function useConnecting() {
  const { document: live } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const hand = useRef(EMPTY_HAND);
  return useMemo(() => {
    const mark = ({ from, refused }: Hand) => {
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
      const { from, refused, held } = hand.current;
      const screen: Point = [event.clientX, event.clientY];
      const end = endAt(screen);
      const reason =
        end && from && end.node !== from.node
          ? refused(end)
          : end && from && end.side !== from.side
            ? refused(end)
            : null;
      const before = session.getState().hint;
      const text = reason ?? (held && goesAway(screen) ? "Release to remove the connection" : null);
      if (text) session.setState({ hint: { text, screen, refused: reason !== null } });
      else if (before) session.setState({ hint: null });
    };
    /** Whether nothing lies there, so that what is dropped goes into the canvas. */
    const isFree = (screen: Point) =>
      board.element?.contains(document.elementFromPoint(...screen)) && !nodeAt(screen);
    const goesAway = (screen: Point) =>
      isFree(screen) &&
      !board.store.getState().connection.toHandle &&
      Math.hypot(screen[0] - hand.current.taken[0], screen[1] - hand.current.taken[1]) > AWAY;
    const begin = (from: End) => {
      const refused = judge(liveGraph(live).snapshot(), operations, from);
      hand.current.released.abort(); // a click on a port may have begun one that never ended
      hand.current = { ...hand.current, from, refused, released: new AbortController() };
      mark(hand.current);
      window.addEventListener("pointermove", onPointerMove, { signal: hand.current.released.signal });
    };
    const finish = () => {
      hand.current.released.abort();
      hand.current = EMPTY_HAND;
      unmark();
      if (session.getState().hint?.refused) fade(session);
      else session.setState({ hint: null });
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
      const { from, refused } = hand.current;
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
      const { from: start, held: old } = hand.current;
      const screen = pointOf(event);
      const away = old && goesAway(screen);
      finish();
      if (!start || state.isValid || state.toHandle) return;
      const over = nodeAt(screen);
      const kept = start.side === "output" ? old?.target : old?.source;
      const port = endAt(screen);
      if (over && over !== start.node && over !== kept) dropOnNode(start, over, port, old);
      else if (away) write(live, "remove a connection", [cut(edgeOf(old))]);
      else if (!old && isFree(screen))
        session.setState({ palette: { screen, at: board.at(screen), from: start } });
    };
    const move = (old: WireFlowEdge, one: End, other: End) =>
      write(live, "move a connection", replug(liveGraph(live).snapshot(), edgeOf(old), one, other));
    /** On the port that it fell on, else on the one that fits best. */
    const dropOnNode = (start: End, over: string, on: End | null, old: WireFlowEdge | null) => {
      const graph = liveGraph(live).snapshot();
      const node = graph.nodes.get(over);
      if (!node) return;
      const port = fittingPort(portOf(graph, operations, start), portsOf(node, operations), start.side);
      const best: End | null = port && { node: over, port: port.name, side: port.side };
      const end = on && on.side !== start.side ? on : best;
      const reason = end
        ? judge(graph, operations, start)(end)
        : `${node.name} has nothing that fits ${start.port}.`;
      if (end && reason === null && old) move(old, start, end);
      else if (end && reason === null) write(live, `connect ${node.name}`, connect(graph, start, end));
      else if (reason) {
        session.setState({ hint: { text: reason, screen: board.here(), refused: true } });
        fade(session);
      }
    };
    /** An end of a connection was taken hold of: it goes elsewhere, or away. */
    const onReconnectStart = ({ clientX, clientY }: ReactMouseEvent, edge: WireFlowEdge) => {
      hand.current = { ...EMPTY_HAND, held: edge, taken: [clientX, clientY] };
    };
    const onReconnect = (old: WireFlowEdge, connection: Connection) => {
      move(old, ...endsOf(connection));
    };
    return {
      onConnect,
      isValidConnection,
      onConnectStart,
      onConnectEnd,
      onReconnectStart,
      onReconnect,
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

function nodeAt([x, y]: Point): string | undefined {
  return document.elementFromPoint(x, y)?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
}

/** The connection that a wire draws, with the name of its output. */
function edgeOf({ source, target, sourceHandle, targetHandle }: WireFlowEdge) {
  return { source, output: portName(sourceHandle), target, input: portName(targetHandle) };
}

function pointOf(event: MouseEvent | TouchEvent): Point {
  const touch = "changedTouches" in event ? event.changedTouches[0] : event;
  return [touch?.clientX ?? 0, touch?.clientY ?? 0];
}
