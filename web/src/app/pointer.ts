/** Where the pointer was last, in the window. */
export let pointer: readonly [number, number] = [0, 0];

window.addEventListener("pointermove", ({ clientX, clientY }) => {
  pointer = [clientX, clientY];
});
