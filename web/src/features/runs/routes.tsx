/** The addresses of runs. */
import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "runs", lazy: () => import("./table/RunsScreen") },
  { path: "runs/compare", lazy: () => import("./compare/CompareScreen") },
  { path: "runs/:run", lazy: () => import("./page/RunScreen") },
];
