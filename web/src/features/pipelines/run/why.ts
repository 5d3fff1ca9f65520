/** The node whose state the pointer rests on: one card tells of all of them why they are in it. */
import type { PointerEvent } from "react";
import { create } from "zustand";

export interface Asked {
  node: string;
  /** What is pointed at, in the window. */
  rect: DOMRect;
}

const DELAY = 350;

export const useWhy = create<{ asked: Asked | null }>(() => ({ asked: null }));

let timer: ReturnType<typeof setTimeout> | undefined;

export function leaveWhy(): void {
  clearTimeout(timer);
  useWhy.setState({ asked: null });
}

function rest({ buttons, currentTarget: place }: PointerEvent<HTMLElement>): void {
  leaveWhy();
  const node = place.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  if (!node || buttons > 0) return;
  timer = setTimeout(() => useWhy.setState({ asked: { node, rect: place.getBoundingClientRect() } }), DELAY);
}

/** For an element of a node that shows its state. */
export const tellsWhy = { onPointerEnter: rest, onPointerLeave: leaveWhy, onPointerDown: leaveWhy };
