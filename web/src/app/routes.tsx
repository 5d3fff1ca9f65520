/** The addresses. Each feature brings its own in `features/<noun>/routes.tsx`. */
import { Navigate, Outlet, type RouteObject, useRoutes } from "react-router";
import { Boundary, NotFound } from "./Broken";
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

const ROUTES: RouteObject[] = [
  {
    element: (
      <Boundary>
        <Shell />
      </Boundary>
    ),
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
            element: (
              <Boundary>
                <Outlet />
              </Boundary>
            ),
            children: [
              ...features.flatMap((feature) => feature.routes ?? []),
              { path: "*", element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
];

export const Routes = () => useRoutes(ROUTES);
