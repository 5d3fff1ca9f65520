/** The address of code: `code?path=operations/train.py&line=12`. */
import type { RouteObject } from "react-router";
import { screen } from "@/state/lazily";

export const routes: RouteObject[] = [{ path: "code", element: screen(() => import("./CodeScreen")) }];
