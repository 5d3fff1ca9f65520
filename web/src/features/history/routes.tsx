/** The address of a project's history. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const routes: RouteObject[] = [{ path: "history", element: screen(() => import("./HistoryScreen")) }];
