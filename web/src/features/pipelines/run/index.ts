/**
 * What an editor shows of runs. All of it stands inside the providers of `canvas/`.
 *
 * `useRunActions()` registers the actions and gives them for the header's `<RunButtons>`; `<RunOverlay store>` fills the
 * overlay of the nodes; `<RunDrawer>` goes below the canvas.
 */
export { useRunActions } from "./actions";
export { RunButtons } from "./RunButtons";
export { RunDrawer } from "./RunDrawer";
export { RunOverlay } from "./RunOverlay";
