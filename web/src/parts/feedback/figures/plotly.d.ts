declare module "plotly.js-strict-dist-min" {
  interface Document {
    data: unknown[];
    layout?: Record<string, unknown>;
    config?: Record<string, unknown>;
  }
  const Plotly: {
    react(box: HTMLElement, data: unknown[], layout: unknown, config?: unknown): Promise<unknown>;
    purge(box: HTMLElement): void;
    Plots: { resize(box: HTMLElement): void };
  };

  export type { Document };
  export default Plotly;
}
