/** Deeds that are done once for many wishes that come close together. */

const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Do something a little later; wishes of the same name until then are one. */
export function soon(name: string, deed: () => void, after = 120): void {
  if (waiting.has(name)) return;
  waiting.set(
    name,
    setTimeout(() => {
      waiting.delete(name);
      deed();
    }, after),
  );
}
