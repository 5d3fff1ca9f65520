/** The address of code: `code?path=operations/train.py&line=12`. */
import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "code", lazy: () => import("./CodeScreen") }];
