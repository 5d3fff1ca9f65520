declare module "plotly.js-strict-dist-min" {
  interface Document {
    data: unknown[];
    layout?: Record<string, unknown>;
    config?: Record<string, unknown>;
  }
  /** What Plotly adds to the element in which it has drawn. */
  interface Plot {
    on?(event: string, heard: () => void): void;
    removeAllListeners?(event: string): void;
    _fullLayout?: Record<string, unknown>;
  }
  const Plotly: {
    react(box: HTMLElement, data: unknown[], layout: unknown, config?: unknown): Promise<unknown>;
    relayout(box: HTMLElement, changes: Record<string, unknown>): Promise<unknown>;
    purge(box: HTMLElement): void;
    Plots: { resize(box: HTMLElement): void };
  };

  export type { Document, Plot };
  export default Plotly;
}
