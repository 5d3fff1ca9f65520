/** The addresses of artifacts. */
import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "artifacts", lazy: () => import("./table/ArtifactsScreen") },
  { path: "artifacts/:artifact", lazy: () => import("./page/ArtifactScreen") },
];
