/** The addresses of runs. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const routes: RouteObject[] = [
  { path: "runs", element: screen(() => import("./table/RunsScreen")) },
  { path: "runs/compare", element: screen(() => import("./compare/CompareScreen")) },
  { path: "runs/:run", element: screen(() => import("./page/RunScreen")) },
];
