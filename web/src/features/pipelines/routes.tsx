/** The addresses of pipelines. */
import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "pipelines", lazy: () => import("./index/PipelinesScreen") },
  { path: "pipelines/edit", lazy: () => import("./canvas/PipelineEditor") },
];
