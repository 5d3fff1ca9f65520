/** What each node shows: problems and previews before a run, jobs while there is one. */
import { wordsOf } from "@/api/client";
import type { NodeId } from "@/graph/model";
import { hasEnded, type Job, type Run } from "@/state/run";
import { between, bytes, count, duration } from "@/ui/time";
import type { NodeOverlay } from "../canvas/overlay";
import type { Draft } from "../draft";
import type { Problems } from "../panel/problems";
import { placeOf } from "./failure";
import type { Points } from "./lastRun";
import type { NodePreview, Previews } from "./preview";
import { lastData, type Shapes, shapesSaid } from "./shapes";

interface Known {
  draft: Draft;
  problems: Problems;
  previews: Previews;
  run: Run | null;
  courses: ReadonlyMap<string, Points>;
  shapes: Shapes;
  now: number;
}

/** The overlay of every node. */
export function nodeStates(known: Known): Map<NodeId, NodeOverlay> {
  const jobs = new Map(known.run?.jobs.map((job) => [job.name, job]));
  const goesOn = known.run !== null && !hasEnded(known.run);
  const found = new Map<NodeId, NodeOverlay>();
  for (const [name, id] of known.draft.ids) {
    const job = jobs.get(name);
    const preview = known.previews.get(id);
    const problems = (known.problems.byNode.get(id) ?? [])
      .filter((problem) => problem.severity === "error")
      .map(wordsOf);
    const points = job && known.courses.get(job.id);
    const hasJustEnded = job && !goesOn && problems.length === 0 && showsItsEnd(job, preview);
    const shown =
      job && (goesOn || hasJustEnded) ? duringRun(job, preview, known.now) : beforeRun(preview, problems);
    if (hasJustEnded && preview) shown.next = preview.state === "cached" ? "cached" : "pending";
    const shapes =
      known.shapes.size > 0 && shapesSaid(lastData(name, known.draft, known.previews), known.shapes);
    found.set(id, {
      ...shown,
      ...(points && { spark: points }),
      ...(problems.length > 0 && { problems }),
      ...(shapes && { shapes }),
    });
  }
  return found;
}

/** Whether a job that has ended still says more than what a run now would do. */
function showsItsEnd(job: Job, preview: NodePreview | undefined): boolean {
  const isTheLast = !preview?.last || preview.last.job === job.id;
  if (job.state === "failed") return isTheLast && preview?.changes.length === 0;
  if (job.state === "skipped" || job.state === "canceled") return isTheLast && preview?.state !== "cached";
  return !job.cached && isTheLast && preview?.state === "cached";
}

function beforeRun(preview: NodePreview | undefined, problems: readonly string[]): NodeOverlay {
  if (problems.length > 0) return { state: "stale", word: "problem", reason: "It cannot run yet." };
  if (!preview) return { state: null };
  const facts = preview.last ? lastFacts(preview) : undefined;
  const { reason } = preview;
  switch (preview.state) {
    case "cached":
      return { state: "cached", reason, facts };
    case "stale":
      return { state: "stale", reason: `Will run: ${reason}`, facts };
    case "new":
      return { state: "pending", word: "will run", reason: `Will run: ${reason}` };
    case "unknown":
      return { state: "pending", word: "not known yet", reason: `Not known yet: ${reason}`, facts };
    default:
      return { state: null, reason };
  }
}

function duringRun(job: Job, preview: NodePreview | undefined, now: number): NodeOverlay {
  const shown: NodeOverlay = { state: job.cached ? "cached" : job.state, reason: job.reason ?? undefined };
  if (job.state === "failed") {
    const error = job.error;
    shown.reason = error ? `${error.kind}: ${lastLine(error.message)}` : "It failed.";
    shown.place = (error && placeOf(error)) ?? undefined;
  } else if (job.state === "running") {
    const elapsed = job.started ? between(job.started, null, now) : 0;
    shown.word = `running ${duration(Math.floor(elapsed))}`.replace(".0 s", " s");
    Object.assign(shown, progressOf(job, preview, elapsed));
  } else if (job.state === "success") {
    shown.facts = outputFacts(
      job.outputs,
      job.cached || !job.started ? null : between(job.started, job.ended, now),
    );
  }
  return shown;
}

/** How far a job is, by what it says, else by how long it took last time. */
function progressOf(job: Job, preview: NodePreview | undefined, elapsed: number): Partial<NodeOverlay> {
  const { progress } = job;
  if (progress?.total) {
    const part = progress.value / progress.total;
    const amount = `${progress.value}/${progress.total}`;
    return {
      progress: part,
      facts: progress.label.includes(amount) ? progress.label : `${progress.label} ${amount}`.trim(),
      ...(part > 0 && part < 1 && { left: `${duration((elapsed / part) * (1 - part))} left` }),
    };
  }
  const words = progress?.label ? { facts: progress.label } : {};
  const usual = preview?.last?.seconds;
  if (!usual || usual < 1 || elapsed >= usual) return words;
  return { ...words, left: `about ${duration(usual - elapsed)} left` };
}

function lastFacts(preview: NodePreview): string | undefined {
  return preview.last?.state === "success"
    ? outputFacts(preview.last.outputs, preview.last.seconds)
    : undefined;
}

function outputFacts(outputs: Job["outputs"], seconds: number | null): string | undefined {
  const [only] = outputs;
  const size = outputs.reduce((sum, one) => sum + one.size, 0);
  const what = outputs.length === 1 && only ? shortType(only.type) : count(outputs.length, "output");
  const words = outputs.length > 0 ? [what, bytes(size)] : [];
  return [...words, ...(seconds === null ? [] : [duration(seconds)])].join(" · ") || undefined;
}

const shortType = (type: string): string => type.split(".").at(-1) ?? type;

/** The last line that says something: of a long message, the one that people read. */
export function lastLine(text: string): string {
  return (
    text
      .split("\n")
      .filter((line) => line.trim())
      .at(-1)
      ?.trim() ?? ""
  );
}
