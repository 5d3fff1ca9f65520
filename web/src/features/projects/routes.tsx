/** The address of the home screen. */
import type { RouteObject } from "react-router";

export const home: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import("./Home")).Home }) },
];
