/** The addresses of artifacts. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const routes: RouteObject[] = [
  { path: "artifacts", element: screen(() => import("./table/ArtifactsScreen")) },
  { path: "artifacts/:artifact", element: screen(() => import("./page/ArtifactScreen")) },
];
