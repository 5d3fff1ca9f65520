/** Which part of the drawer below the canvas is open. It is in the address. */
import { useEffect, useLayoutEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { create } from "zustand";
import { useEditor } from "../canvas/editor";

export type DrawerTab = "run" | "log" | "figures" | "outputs" | "problems";

const TABS: readonly DrawerTab[] = ["run", "log", "figures", "outputs", "problems"];
const FIRST: DrawerTab = "run";

interface Drawer {
  tab: DrawerTab;
  /** The job whose log and outputs are shown; null: that of the node that is selected, or the one that matters most. */
  job: string | null;
}

export const useDrawer = create<Drawer>(() => ({ tab: FIRST, job: null }));

export function openDrawer(tab: DrawerTab, job: string | null = null): void {
  useDrawer.setState({ tab, job });
}

/** `&tab=log` in the address opens that part; opening another one writes it there. */
export function useAddressedTab(): void {
  const { project, name } = useEditor();
  const [query, setQuery] = useSearchParams();
  const [first] = useState(() => TABS.find((tab) => tab === query.get("tab")) ?? FIRST);
  useLayoutEffect(() => useDrawer.setState({ tab: first }), [first]);
  useEffect(
    () =>
      useDrawer.subscribe(({ tab }, before) => {
        const { pathname, search } = window.location;
        const next = new URLSearchParams(search);
        const isElsewhere = pathname !== `/projects/${project}/pipelines/edit` || next.get("name") !== name;
        if (tab === before.tab || isElsewhere) return;
        if (tab === FIRST) next.delete("tab");
        else next.set("tab", tab);
        setQuery(next, { replace: true });
      }),
    [project, name, setQuery],
  );
}
