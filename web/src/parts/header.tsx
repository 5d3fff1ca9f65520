/** What a view puts into the header of the page: where one is, and what one can do. */
import { type ReactNode, useEffect } from "react";
import { createPortal } from "react-dom";
import { create } from "zustand";

interface Slots {
  where: HTMLElement | null;
  who: HTMLElement | null;
  actions: HTMLElement | null;
}

/** The shell enters its elements here. */
export const useSlots = create<Slots>(() => ({ where: null, who: null, actions: null }));

export const slotRef =
  (name: keyof Slots) =>
  (element: HTMLElement | null): void =>
    useSlots.setState({ [name]: element });

function Into({ slot, children }: { slot: keyof Slots; children: ReactNode }) {
  const element = useSlots((slots) => slots[slot]);
  return element && createPortal(children, element);
}

/** Behind the project's name: `Pipelines / train`. */
export const HeaderWhere = ({ children }: { children: ReactNode }) => <Into slot="where">{children}</Into>;
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
