/** The addresses. Each feature brings its own in `features/<noun>/routes.tsx`. */
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { Loading } from "@/ui/Empty";
import { Broken, NotFound } from "./Broken";
import { HomeShell, ProjectShell } from "./ProjectShell";
import { RunDoor } from "./RunDoor";
import { Shell } from "./Shell";

interface FeatureRoutes {
  /** Inside a project, below `/projects/<id>/`. */
  routes?: RouteObject[];
  /** Outside projects, below `/`. */
  home?: RouteObject[];
}

const features = Object.values(import.meta.glob<FeatureRoutes>("../features/*/routes.tsx", { eager: true }));

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <Broken />,
    HydrateFallback: () => <Loading what="DeepForge" />,
    children: [
      {
        element: <HomeShell />,
        children: [
          ...features.flatMap((feature) => feature.home ?? []),
          { path: "runs/:run", element: <RunDoor /> },
          { path: "*", element: <NotFound /> },
        ],
      },
      {
        path: "projects/:project",
        element: <ProjectShell />,
        children: [
          { index: true, element: <Navigate to="pipelines" replace /> },
          {
            errorElement: <Broken />,
            children: [
              ...features.flatMap((feature) => feature.routes ?? []),
              { path: "*", element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
