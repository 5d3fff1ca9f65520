/** The address of a project's history. */
import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "history", lazy: async () => ({ Component: (await import("./HistoryScreen")).HistoryScreen }) },
];
