/** How a node failed the last time that it ran, and where in the project's code. */
import { queries } from "@/api/queries";
import { type Job, type Run, runKey, useKnownRun } from "@/state/run";
import { useEditor } from "../canvas/editor";
import { newestKey, useLastRun } from "./lastRun";
import type { NodePreview } from "./preview";

type Failure = NonNullable<Job["error"]>;

export interface Place {
  file: string;
  line: number;
}

/** The innermost line that belongs to the project; null when none does. */
export function placeOf({ frames }: Failure): Place | null {
  const frame = frames.findLast((one) => one.project_file);
  return frame?.project_file ? { file: frame.project_file, line: frame.line } : null;
}

/** Where the newest run of a pipeline failed at a node, as far as that is known here; null when it did not. */
export function failedAt(project: string, pipeline: string, node: string): Place | null {
  const id = queries.getQueryData<string | null>(newestKey(project, pipeline));
  const run = id ? queries.getQueryData<Run>(runKey(id)) : undefined;
  const error = run?.jobs.find((job) => job.name === node && job.state === "failed")?.error;
  return error ? placeOf(error) : null;
}

/** The job in which a node failed, when that is the last that it did. */
export function useFailedJob(node: string, last: NodePreview["last"]): Job | null {
  const { project, name } = useEditor();
  const newest = useLastRun(project, name)?.jobs.find((job) => job.name === node);
  const isOlder = last?.state === "failed" && last.job !== newest?.id;
  const { data: older } = useKnownRun(isOlder ? last.run : null);
  if (newest?.state === "failed") return newest;
  return (isOlder && older?.jobs.find((job) => job.id === last.job)) || null;
}
