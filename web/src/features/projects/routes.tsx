/** The address of the home screen. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const home: RouteObject[] = [{ index: true, element: screen(() => import("./Home")) }];
