/** Beside the canvas: the properties of what is selected, and what is wrong. Stands inside the providers of `canvas/`. */
export { useGoTo } from "./goTo";
export { ProblemList } from "./ProblemList";
export { type PlacedProblem, type Problems, useProblems } from "./problems";
export { SidePanel } from "./SidePanel";
