/** The addresses of pipelines. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const routes: RouteObject[] = [
  { path: "pipelines", element: screen(() => import("./index/PipelinesScreen")) },
  { path: "pipelines/edit", element: screen(() => import("./canvas/PipelineEditor")) },
];
