/** Which metrics are drawn over one another. */

export interface ChartPlan {
  title: string;
  /** Names of metrics. */
  names: string[];
  xLabel?: string;
  yLabel?: string;
}

/** A graph that user code composed of several lines, as its document says. */
export interface GraphDocument {
  title: string;
  xlabel?: string;
  ylabel?: string;
  lines: { name: string; series: string }[];
}

/**
 * A graph of user code is one chart; metrics that differ only by what stands before the last slash, such as
 * `train/loss` and `val/loss`, are one; any other is its own.
 */
export function plansOf(names: readonly string[], graphs: readonly GraphDocument[] = []): ChartPlan[] {
  const known = new Set(names);
  const plans: ChartPlan[] = [];
  const taken = new Set<string>();
  for (const graph of graphs) {
    const lines = graph.lines.map(({ series }) => series).filter((name) => known.has(name));
    if (lines.length === 0) continue;
    for (const name of lines) taken.add(name);
    plans.push({ title: graph.title, names: lines, xLabel: graph.xlabel, yLabel: graph.ylabel });
  }
  const bySuffix = new Map<string, string[]>();
  for (const name of known) {
    if (taken.has(name)) continue;
    const suffix = name.includes("/") ? name.slice(name.lastIndexOf("/") + 1) : name;
    bySuffix.set(suffix, [...(bySuffix.get(suffix) ?? []), name]);
  }
  const others = [...bySuffix].map(([suffix, names]) => ({
    title: names.length > 1 ? suffix : names[0]!,
    names,
  }));
  return [...plans, ...lossesFirst(others, ({ title }) => title)];
}

/** What a training makes small stands before the rest. */
export function lossesFirst<One>(all: readonly One[], wordsOf: (one: One) => string): One[] {
  const isLoss = (one: One) => /loss|perplexity/i.test(wordsOf(one));
  return [...all.filter(isLoss), ...all.filter((one) => !isLoss(one))];
}

/** The charts whose title or one of whose metrics has all the words. */
export function matching(plans: readonly ChartPlan[], wanted: string): ChartPlan[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return plans.filter(({ title, names }) => {
    const text = [title, ...names].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
