import { configureGlobal } from "fast-check";

/** What the pretended page lacks, for the tests that ask for it: media queries and observers of sizes. */
if (typeof window !== "undefined") {
  Object.defineProperty(window, "matchMedia", {
    value: (query: string) => ({
      matches: false,
      media: query,
      addEventListener: () => {},
      removeEventListener: () => {},
      addListener: () => {},
      removeListener: () => {},
      dispatchEvent: () => false,
    }),
  });

  class NoSizes {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  }

  globalThis.ResizeObserver ??= NoSizes as unknown as typeof ResizeObserver;
}

/** The same examples in each run: a change is judged by what it changed. */
configureGlobal({ seed: 20261121 });
