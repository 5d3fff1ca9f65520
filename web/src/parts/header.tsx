/** What a view puts into the header of the page: where one is, and what one can do. */
import { type ReactNode, useEffect } from "react";
import { createPortal } from "react-dom";
import { Link } from "react-router";
import { create } from "zustand";

interface Slots {
  where: HTMLElement | null;
  mark: HTMLElement | null;
  who: HTMLElement | null;
  actions: HTMLElement | null;
}

/** The shell enters its elements here. */
const useSlots = create<Slots>(() => ({ where: null, mark: null, who: null, actions: null }));

export const slotRef =
  (name: keyof Slots) =>
  (element: HTMLElement | null): void =>
    useSlots.setState({ [name]: element });

function Into({ slot, children }: { slot: keyof Slots; children: ReactNode }) {
  const element = useSlots((slots) => slots[slot]);
  return element && createPortal(children, element);
}

/** One step of the path to the view: a link to what contains it, or, without an address, where one is. */
export const Crumb = ({ to, children }: { to?: string; children: ReactNode }) => (
  <Into slot="where">{to ? <Link to={to}>{children}</Link> : <b aria-current="page">{children}</b>}</Into>
);
/** The first step of the path: the project, with what belongs to its name. */
export const FirstCrumb = ({ children }: { children: ReactNode }) => (
  <Into slot="where">
    <span>{children}</span>
  </Into>
);
/** How what is shown is doing, behind the path: saved, read-only. */
export const HeaderMark = ({ children }: { children: ReactNode }) => <Into slot="mark">{children}</Into>;
/** Who is here too. */
export const HeaderWho = ({ children }: { children: ReactNode }) => <Into slot="who">{children}</Into>;
/** The view's buttons; the primary one last. */
export const HeaderActions = ({ children }: { children: ReactNode }) => (
  <Into slot="actions">{children}</Into>
);

/** Name the browser's tab after the view. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · DeepForge` : "DeepForge";
  }, [title]);
}
