/** What the commands of the canvas do, and when they can. */
import type { Change } from "@/graph/change";
import { cut, duplicate, heal, move, remove, toggle } from "@/graph/editing";
import { GRID } from "@/graph/geometry";
import { type Graph, isSource, type NodeId, type Point } from "@/graph/model";
import type { Operations } from "@/graph/operation";
import { type Direction, neighbour } from "@/graph/travel";
import type { LiveDocument } from "@/state/document";
import { liveGraph, write } from "@/state/graph";
import { nothing } from "@/state/toasts";
import { FIRST, useWantedField } from "../panel/goTo";
import type { Board } from "./board";
import type { Clipboard } from "./clipboardEvents";
import type { CanvasSession } from "./session";

/** What the actions of the canvas are made from. */
export interface Scope {
  commands: Commands;
  live: LiveDocument;
  operations: Operations;
  board: Board;
  session: CanvasSession;
  clipboard: Clipboard;
}

/** What taking a mark back is called. */
const UNMARKED = { bypass: "no longer bypass", mute: "unmute", pin: "unpin" } as const;

/** Why something stays where it is. */
export const pinned = (what = "it"): string => `${what} is pinned. P unpins it.`;

export class Commands {
  constructor(
    private readonly live: LiveDocument,
    private readonly operations: Operations,
    private readonly board: Board,
    private readonly session: CanvasSession,
  ) {}

  get graph(): Graph {
    return liveGraph(this.live).snapshot();
  }

  readonly active = (): boolean => this.board.isActive();
  readonly editable = (): boolean => this.live.writable && !this.board.past && this.active();
  readonly editableNode = (): boolean => this.editable() && this.node !== null;
  readonly writableNodes = (): boolean => this.live.writable && this.nodes.length > 0;
  readonly editableNodes = (): boolean => this.writableNodes() && this.active();

  /** What an action is done to: what is selected, else what has the focus. */
  get targets(): Set<string> {
    if (this.board.past) return new Set();
    const { selection, edges } = this.session.getState();
    const focused = edges.size > 0 ? null : this.board.focused();
    return new Set(selection.size > 0 ? selection : focused ? [focused] : []);
  }

  /** The connections that it is done to, by the same rule. */
  get edges(): ReadonlySet<string> {
    const { selection, edges } = this.session.getState();
    const focused = this.board.focusedEdge();
    return selection.size + edges.size > 0 || !focused ? edges : new Set([focused]);
  }

  /** The connection that has the focus, unless it alone is selected. */
  get selectableEdge(): string | null {
    const { selection, edges } = this.session.getState();
    const focused = this.board.focusedEdge();
    return focused && selection.size === 0 && edges.size === 1 && edges.has(focused) ? null : focused;
  }

  get nodes(): NodeId[] {
    const { graph } = this;
    return [...this.targets].filter((id) => graph.nodes.has(id));
  }

  /** The node, when it is one. */
  get node(): NodeId | null {
    const { nodes } = this;
    return nodes.length === 1 ? (nodes[0] as NodeId) : null;
  }

  /** The node's name; nothing where there is not one. */
  get name(): string {
    return (this.node && this.graph.nodes.get(this.node)?.name) || "";
  }

  /** The file of the node's operation; nothing for one that comes with DeepForge. */
  get file(): string {
    const operation = this.node && this.graph.nodes.get(this.node)?.operation;
    return (operation && this.operations.get(operation)?.file) || "";
  }

  get isConnected(): boolean {
    const { graph, board } = this;
    return this.nodes.some(
      (id) =>
        Object.values(graph.nodes.get(id)?.inputs ?? {}).some(isSource) ||
        board.edges.some((edge) => edge.source === id),
    );
  }

  /** The connection that has the focus. */
  private get edge() {
    const { board } = this;
    const focused = board.focusedEdge();
    return board.edges.find(({ id }) => id === focused);
  }

  mark(flag: "bypass" | "mute" | "pin"): void {
    const changes = toggle(this.graph, this.nodes, flag);
    const isTakenBack = changes.some((change) => change.do === "set" && change.fields[flag] === undefined);
    write(this.live, `${isTakenBack ? UNMARKED[flag] : flag} ${this.named(this.nodes)}`, changes);
  }

  /** Remove nodes, notes and connections; `healing` joins what the nodes connected. */
  remove(healing: boolean): void {
    const { board, edges, graph, live, nodes, targets } = this;
    const changes: Change[] = remove(graph, this.operations, nodes, healing);
    for (const id of targets) if (graph.notes.has(id)) changes.push({ do: "remove note", note: id });
    for (const { id, source, target, data } of board.edges) {
      if (edges.has(id) && data && !targets.has(source) && !targets.has(target)) changes.push(cut(data.edge));
    }
    const focused = board.focused();
    const next =
      focused && targets.has(focused)
        ? neighbour(graph, board.boxes(), focused, "left")
        : this.session.getState().edges.size === 0 && this.edge?.target;
    const what =
      targets.size === 0
        ? edges.size === 1
          ? "a connection"
          : `${edges.size} connections`
        : targets.size === 1
          ? (this.named([...targets]) ?? "a note")
          : `${targets.size} things`;
    write(live, `remove ${what}`, changes);
    if (next) board.focus(next);
    else board.element?.focus({ preventScroll: true });
  }

  duplicate(): void {
    const { changes, nodes: made } = duplicate(
      this.graph,
      this.nodes,
      [2 * GRID, 2 * GRID],
      this.board.boxes(),
    );
    write(this.live, `duplicate ${this.named(this.nodes)}`, changes);
    this.board.select(new Set(made.map((node) => node.id)));
  }

  detach(): void {
    const { graph, live, nodes, operations } = this;
    write(live, `take out ${this.named(nodes)}`, heal(graph, operations, nodes));
  }

  /** Move what is selected by some steps of the grid. */
  nudge([x, y]: Point, steps: number): void {
    const moved = new Map<string, Point>();
    for (const id of this.targets) {
      const at = this.board.nodes.find((node) => node.id === id)?.position;
      if (at) moved.set(id, [Math.round(at.x + x * steps * GRID), Math.round(at.y + y * steps * GRID)]);
    }
    const changes = move(this.graph, moved);
    if (moved.size > 0 && changes.length === 0) nothing(pinned(this.named([...moved.keys()])));
    write(this.live, "nudge", changes);
  }

  /** Go on to the next node in a direction; from a connection to one of its ends. */
  travel(direction: Direction, selecting: boolean): void {
    const { board, edge, graph, targets } = this;
    const from = board.focused() ?? [...targets][0];
    const boxes = new Map([...board.boxes()].filter(([id]) => graph.nodes.has(id)));
    const next = edge
      ? { left: edge.source, right: edge.target, up: null, down: null }[direction]
      : from
        ? neighbour(graph, boxes, from, direction)
        : [...boxes.keys()][0];
    if (!next) return;
    if (selecting || edge) board.select(new Set(selecting ? [next] : []));
    board.show([next]);
  }

  /** Write in the note that has the focus, or turn to the first attribute of the node. */
  edit(): void {
    const focused = this.board.focused();
    if (focused && this.graph.notes.has(focused)) {
      if (this.live.writable) this.session.setState({ editingNote: focused });
    } else if (focused) {
      this.board.select(new Set([focused]));
      useWantedField.setState({ node: focused, field: FIRST });
    }
  }

  selectNothing(): void {
    const focused = this.board.focused();
    this.board.select(new Set());
    this.session.setState({ palette: null, finding: 0, hint: null });
    if (focused) this.board.focus(focused);
  }

  private named(ids: readonly NodeId[]): string | undefined {
    return ids.length === 1 ? this.graph.nodes.get(ids[0] as NodeId)?.name : `${ids.length} nodes`;
  }
}
