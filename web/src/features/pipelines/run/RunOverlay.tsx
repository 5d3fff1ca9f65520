/** Fills the overlay of a canvas with what runs, previews and checks say. Draws nothing itself. */
import { useEffect, useState } from "react";
import { hasEnded } from "@/state/run";
import { useEditor } from "../canvas/editor";
import type { NodeOverlay, OverlayStore } from "../canvas/overlay";
import { useDraft } from "../draft";
import { useProblems } from "../panel/problems";
import { useCourses, useFollowedRun } from "./lastRun";
import { nodeStates } from "./nodeStates";
import { useFollowedPreview } from "./preview";
import { useShapes } from "./shapes";

export function RunOverlay({ store }: { store: OverlayStore }) {
  const { project, name, document } = useEditor();
  const draft = useDraft(document);
  const problems = useProblems(document);
  const previews = useFollowedPreview(document);
  const run = useFollowedRun(project, name) ?? null;
  const courses = useCourses(run);
  const shapes = useShapes((state) => state.known);
  const now = useSeconds(run !== null && !hasEnded(run));
  useEffect(() => {
    if (!draft) return;
    const fresh = nodeStates({ draft, problems, previews, run, courses, shapes, now });
    store.setState(({ nodes }) => ({ nodes: kept(nodes, fresh) }));
  }, [store, draft, problems, previews, run, courses, shapes, now]);
  return null;
}

/** The time, going on each second while something runs. */
function useSeconds(goesOn: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [goesOn]);
  return goesOn ? Math.max(now, Date.now() - 1000) : now;
}

/** The fresh overlays, but the known object where both say the same, so that only nodes that changed are drawn. */
function kept(
  known: ReadonlyMap<string, NodeOverlay>,
  fresh: Map<string, NodeOverlay>,
): ReadonlyMap<string, NodeOverlay> {
  let same = known.size === fresh.size;
  for (const [id, overlay] of fresh) {
    const before = known.get(id);
    if (before && JSON.stringify(before) === JSON.stringify(overlay)) fresh.set(id, before);
    else same = false;
  }
  return same ? known : fresh;
}
