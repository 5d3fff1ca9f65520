/** What a port is, on hover or focus: its type, where its data comes from and goes to. */
import { useEffect, useState } from "react";
import { type End, portOf, producer } from "@/graph/connect";
import { edgesOf } from "@/graph/model";
import { outputOf } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { liveGraph } from "@/state/graph";
import { useBoard } from "./board";
import css from "./canvas.module.css";
import { endOf } from "./connecting";
import { useEditor, useOperations } from "./editor";
import { PortData } from "./PortData";

const DELAY = 350;

interface Shown {
  end: End;
  rect: DOMRect;
}

export function PortCard() {
  const shown = useHoveredPort();
  return shown && <Card {...shown} />;
}

function useHoveredPort(): Shown | null {
  const board = useBoard();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const element = board.element;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enter = (event: Event) => {
      const port = (event.target as Element).closest("[data-port]");
      const end = endOf(port);
      clearTimeout(timer);
      if (!port || !end || (event as PointerEvent).buttons > 0) {
        setShown(null);
        return;
      }
      timer = setTimeout(() => setShown({ end, rect: port.getBoundingClientRect() }), DELAY);
    };
    const leave = () => {
      clearTimeout(timer);
      setShown(null);
    };
    element?.addEventListener("pointerover", enter);
    element?.addEventListener("pointerdown", leave);
    element?.addEventListener("pointerleave", leave);
    element?.addEventListener("wheel", leave, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener("pointerover", enter);
      element?.removeEventListener("pointerdown", leave);
      element?.removeEventListener("pointerleave", leave);
      element?.removeEventListener("wheel", leave);
    };
  }, [board]);
  return shown;
}

function Card({ end, rect }: Shown) {
  const { document: live } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const graph = liveGraph(live).snapshot();
  const facts = portOf(graph, operations, end);
  const frame = board.element?.getBoundingClientRect();
  if (!facts || !frame) return null;
  const input = end.side === "input";
  const left = Math.max(
    8,
    Math.min(input ? rect.left - frame.left - 262 : rect.right - frame.left + 12, frame.width - 258),
  );
  const top = Math.max(8, Math.min(rect.top - frame.top - 6, frame.height - 170));
  const goes = edgesOf(graph)
    .filter(
      (edge) =>
        edge.source === end.node &&
        outputOf({ node: edge.source, output: edge.output }, graph.nodes.get(edge.source), operations) ===
          end.port,
    )
    .map((edge) => `${graph.nodes.get(edge.target)?.name}.${edge.input}`);
  return (
    <div className={css.card} style={{ left, top }} role="tooltip">
      <b>
        <PortMark family={facts.family} known={facts.known} /> {facts.name || "result"}
      </b>
      <dl>
        <dt>Type</dt>
        <dd>
          <code>{facts.annotation ?? "not annotated"}</code>
        </dd>
        <dt>Kind</dt>
        <dd>{facts.family === "any" ? "anything" : facts.family}</dd>
        {input ? (
          <>
            <dt>From</dt>
            <dd>
              {producer(graph, operations, end.node, end.port) ??
                (facts.required ? "not connected, but needed" : "not connected, may be left out")}
            </dd>
          </>
        ) : (
          <>
            <dt>Goes to</dt>
            <dd>{goes.length > 0 ? goes.join(", ") : "nothing yet"}</dd>
          </>
        )}
        <PortData end={end} />
      </dl>
    </div>
  );
}
