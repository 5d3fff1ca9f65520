/** Which part of the drawer below the canvas is open. */
import { create } from "zustand";

export type DrawerTab = "run" | "log" | "figures" | "outputs" | "problems";

interface Drawer {
  tab: DrawerTab;
  open: boolean;
  /** The job whose log and outputs are shown; null: that of the node that is selected, or the one that matters most. */
  job: string | null;
}

export const useDrawer = create<Drawer>(() => ({ tab: "run", open: true, job: null }));

export function openDrawer(tab: DrawerTab, job: string | null = null): void {
  useDrawer.setState({ tab, job, open: true });
}
