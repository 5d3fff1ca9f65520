/** What one can have the pipeline do: run, to or from nodes, stop, run again what failed, forget results. */
import {
  IconArrowBarToRight,
  IconEraser,
  IconPlayerPlayFilled,
  IconPlayerSkipForward,
  IconPlayerStopFilled,
  IconPlayerTrackNext,
  IconRefresh,
} from "@tabler/icons-react";
import { create } from "zustand";
import { ApiError, api, ask, type Schemas } from "@/api/client";
import { type Action, useActions } from "@/state/actions";
import type { LiveDocument } from "@/state/document";
import { liveGraph } from "@/state/graph";
import { hasEnded, type Run } from "@/state/run";
import { dismiss, failed, nothing } from "@/state/toasts";
import { count } from "@/ui/time";
import { useEditor } from "../canvas/editor";
import { type CanvasSession, useSessionStore } from "../canvas/session";
import { askToClear } from "./clearing";
import { openDrawer } from "./drawerState";
import { enterRun, useLastRun } from "./lastRun";

type Wish = Partial<Schemas["RunRequest"]>;

/** Whether a run is being asked for, so that it is asked for once. */
const useAsking = create<{ asking: boolean }>(() => ({ asking: false }));

/** The actions of the pipeline that is open; the first one is what the view is for. */
export function useRunActions(): Action[] {
  const { project, name, document } = useEditor();
  const session = useSessionStore();
  const run = useLastRun(project, name) ?? null;
  const asking = useAsking((state) => state.asking);
  return useActions(
    () => runActions({ project, name, document, session, run, asking }),
    [project, name, document, session, run, asking],
  );
}

interface Stage {
  project: string;
  name: string;
  document: LiveDocument;
  session: CanvasSession;
  run: Run | null;
  asking: boolean;
}

export const RUN = "pipeline.run";
export const STOP = "pipeline.stop";

function runActions({ project, name, document, session, run, asking }: Stage): Action[] {
  const selected = () => namesOf(document, session);
  const start = (wish: Wish = {}) => void startRun(document, project, name, wish);
  const free = () => !asking && document.ready;
  const some = () => free() && selected().length > 0;
  const unfinished = () =>
    run?.jobs.filter((job) => ["failed", "skipped", "canceled"].includes(job.state)).map((job) => job.name) ??
    [];
  return [
    {
      id: RUN,
      label: "Run",
      group: "Run",
      keys: ["Mod+Enter"],
      icon: IconPlayerPlayFilled,
      words: "start execute changed",
      inFields: true,
      when: free,
      perform: () => start(),
    },
    {
      id: "pipeline.run-to",
      label: "Run to the selection",
      group: "Run",
      keys: ["Alt+Enter"],
      icon: IconArrowBarToRight,
      words: "only needed ancestors",
      when: some,
      perform: () => start({ to: selected() }),
    },
    {
      id: "pipeline.run-from",
      label: "Run from the selection",
      group: "Run",
      keys: ["Shift+Enter"],
      icon: IconPlayerTrackNext,
      words: "refresh downstream again",
      when: some,
      perform: () => start({ refresh: selected() }),
    },
    {
      id: "pipeline.run-all",
      label: "Run everything anew",
      group: "Run",
      icon: IconPlayerSkipForward,
      words: "no cache",
      when: free,
      perform: () => start({ cache: false }),
    },
    {
      id: "pipeline.rerun-failed",
      label: "Run again what failed",
      group: "Run",
      icon: IconRefresh,
      words: "rerun retry skipped",
      when: () => free() && run !== null && hasEnded(run) && unfinished().length > 0,
      perform: () => run && start({ to: unfinished(), origin: { run: run.id, how: "failed", nodes: [] } }),
    },
    {
      id: STOP,
      label: "Stop the run",
      group: "Run",
      keys: ["Mod+."],
      icon: IconPlayerStopFilled,
      words: "cancel abort",
      when: () => run !== null && !hasEnded(run),
      perform: () => run && void stopRun(run),
    },
    {
      id: "pipeline.clear-cache",
      label: "Clear cache here",
      group: "Run",
      icon: IconEraser,
      words: "forget result",
      when: some,
      perform: () => askToClear({ document, pipeline: name, nodes: selected(), downstream: false }),
    },
    {
      id: "pipeline.clear-cache-downstream",
      label: "Clear cache here and downstream",
      group: "Run",
      icon: IconEraser,
      words: "forget results",
      when: some,
      perform: () => askToClear({ document, pipeline: name, nodes: selected(), downstream: true }),
    },
  ];
}

/** The names of the nodes that are selected. */
function namesOf(document: LiveDocument, session: CanvasSession): string[] {
  const { nodes } = liveGraph(document).snapshot();
  return [...session.getState().selection].flatMap((id) => nodes.get(id)?.name ?? []);
}

/** All nodes, what did not change from the cache. */
const WHOLE = { attributes: {}, cache: true, to: [], refresh: [], origin: null };

/** The toast that says why the last wish was refused: the next one takes it away. */
let refusal: number | null = null;

/** Write what is drawn into the file, and start a run of it. */
async function startRun(
  document: LiveDocument,
  project: string,
  pipeline: string,
  wish: Wish,
): Promise<void> {
  useAsking.setState({ asking: true });
  if (refusal !== null) dismiss(refusal);
  refusal = null;
  try {
    await document.save();
    const body = { ...WHOLE, project, pipeline, key: crypto.randomUUID?.() ?? null, ...wish };
    enterRun(await ask(api.POST("/api/v1/runs", { body })));
    openDrawer("run");
  } catch (error) {
    if (error instanceof ApiError && error.problems.length > 0) {
      const many = error.problems.filter((problem) => problem.severity === "error").length;
      refusal = nothing(`It cannot run: ${count(many, "problem")} to solve first.`);
      openDrawer("problems");
    } else refusal = failed(error, "It cannot run");
  } finally {
    useAsking.setState({ asking: false });
  }
}

async function stopRun(run: Run): Promise<void> {
  try {
    enterRun(await ask(api.POST("/api/v1/runs/{run}/stop", { params: { path: { run: run.id } } })));
  } catch (error) {
    failed(error, "The run was not stopped");
  }
}
