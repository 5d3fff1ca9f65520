/** The board: what parts of the canvas do with React Flow's own store, outside of rendering. */
import { getViewportForBounds, type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { createContext, useContext, useMemo } from "react";
import { around, type Box, beginningAt, seenIn, type View } from "@/graph/geometry";
import type { Point } from "@/graph/model";
import type { AnyFlowNode, WireFlowEdge } from "./flow";

/** More nodes than these are not drawn at once, or as mere boxes. */
const CROWD = 500;
/** Below this zoom no name can be read. */
const TINY = 0.2;

type FlowStore = ReturnType<typeof useStoreApi<AnyFlowNode, WireFlowEdge>>;

export class Board {
  /** The element that holds the canvas. */
  element: HTMLElement | null = null;
  /** Where the pointer was last, in the window. */
  pointer: Point | null = null;
  /** Whether it shows how the pipeline was: then nothing is changed on it. */
  past = false;

  constructor(
    readonly store: FlowStore,
    readonly flow: ReactFlowInstance<AnyFlowNode, WireFlowEdge>,
  ) {}

  get nodes(): AnyFlowNode[] {
    return this.store.getState().nodes;
  }

  get edges(): WireFlowEdge[] {
    return this.store.getState().edges;
  }

  /** Whether nodes are so many, and at this zoom so small, that they are drawn as boxes. */
  isCrowd(zoom: number): boolean {
    return zoom < TINY && this.nodes.length > CROWD;
  }

  /** How long the view takes to another zoom: on the way a crowd would be drawn many times. */
  pace(milliseconds: number): number {
    return this.nodes.length > CROWD ? 0 : motion(milliseconds);
  }

  get zoom(): number {
    return this.store.getState().transform[2];
  }

  /** Select exactly these nodes, notes and connections. */
  select(ids: ReadonlySet<string>): void {
    const { nodes, edges, triggerNodeChanges, triggerEdgeChanges } = this.store.getState();
    const changes = (all: readonly { id: string; selected?: boolean }[]) =>
      all
        .filter((one) => Boolean(one.selected) !== ids.has(one.id))
        .map((one) => ({ id: one.id, type: "select" as const, selected: ids.has(one.id) }));
    triggerNodeChanges(changes(nodes));
    triggerEdgeChanges(changes(edges));
  }

  /** The same for nodes and notes alone, when it is not so already. */
  selectOnly(ids: ReadonlySet<string>): void {
    const { nodes, triggerNodeChanges } = this.store.getState();
    const wrong = nodes.filter((node) => Boolean(node.selected) !== ids.has(node.id));
    if (wrong.length > 0)
      triggerNodeChanges(wrong.map((node) => ({ id: node.id, type: "select", selected: ids.has(node.id) })));
  }

  /** Where everything is drawn now, by id. */
  boxes(): Map<string, Box> {
    return new Map(this.nodes.map((node) => [node.id, this.box(node)]));
  }

  box(node: AnyFlowNode): Box {
    const width = node.measured?.width ?? node.width ?? node.initialWidth ?? 0;
    const height = node.measured?.height ?? node.height ?? node.initialHeight ?? 0;
    return { x: node.position.x, y: node.position.y, width, height };
  }

  /** A point of the window, on the canvas. */
  at(screen: Point): Point {
    const { x, y } = this.flow.screenToFlowPosition({ x: screen[0], y: screen[1] });
    return [Math.round(x), Math.round(y)];
  }

  /** A point of the canvas, in the window. */
  screen(at: Point): Point {
    const { x, y } = this.flow.flowToScreenPosition({ x: at[0], y: at[1] });
    return [x, y];
  }

  /** The pointer when it is over the canvas, else the canvas' middle; in the window. */
  here(): Point {
    const rect = this.element?.getBoundingClientRect();
    if (!rect) return [0, 0];
    const [x, y] = this.pointer ?? [Number.NaN, Number.NaN];
    const inside = x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
    return inside ? [x, y] : [rect.left + rect.width / 2, rect.top + rect.height / 2];
  }

  /** Bring the first of these, or the end of a connection, into view when its middle is not, and give it the focus. */
  show(ids: readonly string[], focus = true): void {
    const [first] = ids;
    const wanted = this.edges.find((edge) => edge.id === first)?.target ?? first;
    const node = this.nodes.find((one) => one.id === wanted);
    if (!node) return;
    const box = this.box(node);
    const middle: Point = [box.x + box.width / 2, box.y + box.height / 2];
    const moved = this.isSeen(middle)
      ? Promise.resolve(true)
      : this.flow.setCenter(middle[0], middle[1], {
          zoom: Math.max(this.zoom, 0.6),
          duration: motion(200),
        });
    if (!focus) return;
    requestAnimationFrame(() => {
      // Of many nodes only those in view are drawn.
      if (!this.focus(node.id)) void moved.then(() => requestAnimationFrame(() => this.focus(node.id)));
    });
  }

  /** Whether the node is drawn, so that it has the focus now. */
  focus(id: string): boolean {
    const drawn = this.element?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
    drawn?.focus({ preventScroll: true });
    return drawn != null;
  }

  /** The node that has the focus, itself or inside. */
  focused(): string | null {
    return document.activeElement?.closest<HTMLElement>(".react-flow__node")?.dataset.id ?? null;
  }

  /** The connection that has the focus. */
  focusedEdge(): string | null {
    return document.activeElement?.closest<SVGElement>(".react-flow__edge")?.dataset.id ?? null;
  }

  /**
   * Whether what is asked for is meant for the canvas: not when it is asked by keys on something beside it. Keys in
   * fields, menus and dialogs are never meant for it, so what is asked meanwhile was chosen there, in a palette.
   */
  isActive(): boolean {
    const { event } = window;
    if (!(event instanceof KeyboardEvent) || !(event.target instanceof HTMLElement)) return true;
    const { target } = event;
    return (
      target === document.body ||
      /^(INPUT|TEXTAREA)$/.test(target.tagName) ||
      target.closest("[role=menu], [role=dialog]") !== null ||
      (this.element?.contains(target) ?? false)
    );
  }

  /** Fit these into view, or everything. */
  async fit(ids?: ReadonlySet<string>, largest = 1, duration = this.pace(200)): Promise<void> {
    const { width, height, minZoom } = this.store.getState();
    const wanted = this.nodes.filter((node) => !ids || ids.size === 0 || ids.has(node.id));
    const bounds = around(wanted.map((node) => this.box(node)));
    if (!bounds || width === 0) return;
    const view = getViewportForBounds(bounds, width, height, minZoom, largest, 0.12);
    await this.flow.setViewport(view, { duration });
  }

  /**
   * The view to begin with: the one that was kept while it still shows something, else everything. A crowd of nodes
   * is not drawn at once: then the beginning of the flow, as large as names can be read.
   */
  async open(kept: View | null): Promise<void> {
    const { width, height } = this.store.getState();
    const shown = kept ? seenIn(this.boxes().values(), kept, width, height) : 0;
    const first = this.nodes.find((node) => node.type === "operation");
    if (kept && shown > 0 && shown <= CROWD) await this.see(kept);
    else if (this.nodes.length > CROWD && first) await this.see(beginningAt(this.box(first)));
    else await this.fit(undefined, 1, 0);
  }

  private see([x, y, zoom]: View): Promise<boolean> {
    return this.flow.setViewport({ x, y, zoom });
  }

  /** Whether these nodes are in view as a whole. */
  seesAll(ids: ReadonlySet<string>): boolean {
    const bounds = around(this.nodes.filter((node) => ids.has(node.id)).map((node) => this.box(node)));
    if (!bounds) return true;
    const { x, y, width, height } = bounds;
    return this.isSeen([x, y]) && this.isSeen([x + width, y + height]);
  }

  private isSeen(at: Point): boolean {
    const rect = this.element?.getBoundingClientRect();
    if (!rect) return false;
    const [x, y] = this.screen(at);
    return x >= rect.left && y >= rect.top && x <= rect.right && y <= rect.bottom;
  }
}

/** How long something moves: not at all for those who want no motion. */
export function motion(milliseconds: number): number {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ? 0 : milliseconds;
}

const BoardContext = createContext<Board | null>(null);
export const BoardProvider = BoardContext.Provider;

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("There is no board around this component.");
  return board;
}

export function useNewBoard(): Board {
  const store = useStoreApi<AnyFlowNode, WireFlowEdge>();
  const flow = useReactFlow<AnyFlowNode, WireFlowEdge>();
  return useMemo(() => new Board(store, flow), [store, flow]);
}
