/** Over the canvas: a mark at each node that differs, what was removed as ghosts, or the version as it was. */
import { useStore, ViewportPortal } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { removedEdges } from "@/graph/diff";
import { edgesOf, type NodeId } from "@/graph/model";
import { DrawnNode } from "@/parts/graph/DrawnNode";
import { draw } from "@/parts/graph/draw";
import { useGraph } from "@/state/graph";
import { useBoard } from "../canvas/board";
import { useEditor, useOperations } from "../canvas/editor";
import { ChangeCard } from "./ChangeCard";
import { AddedWire, RemovedWire } from "./ChangedWire";
import { ChangeMark } from "./ChangeMark";
import { useComparison, useComparisonStore } from "./comparison";
import css from "./history.module.css";
import { useTitle } from "./version";

/** Below this zoom only names can be read, as on the canvas itself. */
const FAR = 0.5;

type Drawn = ReturnType<typeof draw>;

export function Layer({ past, version }: { past: boolean; version: string }) {
  const diff = useComparison((state) => state.diff);
  const operations = useOperations();
  const before = diff?.before;
  const drawn = useMemo(() => before && draw(before, operations), [before, operations]);
  if (!diff || !drawn) return null;
  return (
    <ViewportPortal>
      {past ? <Past drawn={drawn} version={version} /> : <Marked drawn={drawn} />}
    </ViewportPortal>
  );
}

/** The version as it was, in place of what is there now. */
function Past({ drawn, version }: { drawn: Drawn; version: string }) {
  const { project, document } = useEditor();
  const title = useTitle(project, document.path, version);
  const notes = useComparison((state) => state.diff?.before.notes);
  const board = useBoard();
  const far = useFar();
  const store = useComparisonStore();
  useEffect(() => {
    const show = (past: boolean) => {
      board.past = past;
      board.element?.toggleAttribute("data-past", past);
      store.setState({ past });
    };
    board.select(new Set());
    show(true);
    return () => show(false);
  }, [board, store]);
  const names = drawn.nodes.map(({ node }) => node.name).join(", ");
  return (
    <>
      {[...(notes?.values() ?? [])].map((note) => (
        <p
          key={note.id}
          className={css.note}
          style={{ translate: `${note.at[0]}px ${note.at[1]}px`, width: note.size[0], height: note.size[1] }}
        >
          {note.text}
        </p>
      ))}
      <svg className={css.under} role="img" aria-label={`The pipeline in “${title}”: ${names || "no nodes"}`}>
        {drawn.wires.map(({ edge, path, colour }) => (
          <path key={edge.id} className={css.wire} d={path} stroke={colour} />
        ))}
        {drawn.nodes.map((one) => (
          <DrawnNode key={one.node.id} {...one} {...STILL} compact={far} status="same" />
        ))}
      </svg>
    </>
  );
}

function Marked({ drawn }: { drawn: Drawn }) {
  const { document } = useEditor();
  const graph = useGraph(document);
  const diff = useComparison((state) => state.diff);
  const changes = useComparison((state) => state.changes);
  const pointed = usePointed();
  const at = useComparison((state) => state.at);
  const far = useFar();
  const ghosts = useMemo(() => new Map(drawn.nodes.map((one) => [one.node.id, one])), [drawn]);
  const added = useMemo(
    () => edgesOf(graph).filter((edge) => diff?.edges.get(edge.id) === "added"),
    [graph, diff],
  );
  const removed = useMemo(() => (diff ? removedEdges(diff, graph) : []), [diff, graph]);
  if (!diff) return null;
  const gone = changes.filter((id) => diff.nodes.get(id)?.status === "removed");
  const told = [pointed, at].find((id) => id && changes.includes(id));
  const toldDiff = told ? diff.nodes.get(told) : undefined;
  return (
    <>
      <svg className={css.under} aria-hidden>
        {added.map((edge) => (
          <AddedWire key={edge.id} edge={edge} />
        ))}
        {removed.map((edge) => (
          <RemovedWire
            key={edge.id}
            edge={edge}
            from={ghosts.get(edge.source)}
            to={ghosts.get(edge.target)}
          />
        ))}
        {gone.flatMap((id) => {
          const one = ghosts.get(id);
          return one ? <DrawnNode key={id} {...one} {...STILL} compact={far} status="removed" /> : [];
        })}
      </svg>
      {changes.map((id) => {
        const node = diff.nodes.get(id);
        return node && <ChangeMark key={id} id={id} diff={node} ghost={ghosts.get(id)?.box} />;
      })}
      {told && toldDiff && <ChangeCard id={told} diff={toldDiff} ghost={ghosts.get(told)?.box} />}
    </>
  );
}

const STILL = { free: false, selected: false, open: false, stop: false } as const;

const useFar = (): boolean => useStore(({ transform }) => transform[2] < FAR);

/** The node or mark that the pointer is on. */
function usePointed(): NodeId | null {
  const board = useBoard();
  const [pointed, point] = useState<NodeId | null>(null);
  useEffect(() => {
    const { element } = board;
    const over = ({ target }: Event) => {
      const found = (target as Element).closest<HTMLElement>("[data-change], .react-flow__node");
      point(found?.dataset.change ?? found?.dataset.id ?? null);
    };
    const leave = () => point(null);
    element?.addEventListener("pointerover", over);
    element?.addEventListener("pointerleave", leave);
    return () => {
      element?.removeEventListener("pointerover", over);
      element?.removeEventListener("pointerleave", leave);
    };
  }, [board]);
  return pointed;
}
