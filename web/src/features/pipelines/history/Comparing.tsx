/** Compares the pipeline on the canvas with a version, as long as people edit it, and shows what differs. */
import { useEffect } from "react";
import { changesOf, diffGraphs, steady } from "@/graph/diff";
import { type Action, useActions } from "@/state/actions";
import { liveGraph } from "@/state/graph";
import { useEditor } from "../canvas/editor";
import { useSessionStore } from "../canvas/session";
import { useShownHistory } from "./address";
import { Bar } from "./Bar";
import { NOTHING_COMPARED, useComparisonStore } from "./comparison";
import { Layer } from "./Layer";
import { useTour } from "./tour";
import { useVersion } from "./version";

export default function Comparing({ version }: { version: string }) {
  const { project, document } = useEditor();
  const { side } = useShownHistory();
  const store = useComparisonStore();
  const { graph, problem, error } = useVersion(project, version, document.path);
  const isKnown = graph !== null;
  useEffect(() => {
    if (!graph) return;
    const live = liveGraph(document);
    const compare = () => {
      const known = store.getState();
      const diff = steady(known.diff, diffGraphs(graph, live.snapshot()));
      const changes = changesOf(diff);
      store.setState({ version, diff, changes, at: changes.find((id) => id === known.at) ?? null });
    };
    compare();
    return live.subscribe(compare);
  }, [graph, document, store, version]);
  useEffect(() => {
    if (problem !== null || error !== null) store.setState(NOTHING_COMPARED);
  }, [problem, error, store]);
  useEffect(() => () => store.setState(NOTHING_COMPARED), [store]);
  useSelected();
  useTourActions();
  return (
    <>
      {isKnown && side !== "now" && <Layer past={side === "before"} version={version} />}
      <Bar version={version} problem={error?.message ?? problem} />
    </>
  );
}

/** The node that somebody selects is the change that is looked at, when it is one. */
function useSelected(): void {
  const session = useSessionStore();
  const store = useComparisonStore();
  useEffect(
    () =>
      session.subscribe(({ selection }, before) => {
        if (selection === before.selection) return;
        const [only] = selection.size === 1 ? selection : [];
        if (only && store.getState().changes.includes(only)) store.setState({ at: only });
      }),
    [session, store],
  );
}

function useTourActions(): void {
  const { go, changes } = useTour();
  const isAny = changes.length > 0;
  useActions(
    (): Action[] => [
      {
        id: "history.next",
        label: "Go to the next change",
        group: "History",
        keys: ["F7"],
        words: "difference version",
        inFields: true,
        when: () => isAny,
        perform: () => go(1),
      },
      {
        id: "history.previous",
        label: "Go to the change before",
        group: "History",
        keys: ["Shift+F7"],
        words: "difference version previous",
        inFields: true,
        when: () => isAny,
        perform: () => go(-1),
      },
    ],
    [isAny],
  );
}
