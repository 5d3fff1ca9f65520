/** The card of a port: its type, where its data comes from and goes to, and what that was last time. */
import { type End, portOf, producer } from "@/graph/connect";
import { edgesOf } from "@/graph/model";
import { outputOf } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { liveGraph } from "@/state/graph";
import { useBoard } from "./board";
import css from "./canvas.module.css";
import { useEditor, useOperations } from "./editor";
import { PortData } from "./PortData";

export default function PortFacts({ end, rect }: { end: End; rect: DOMRect }) {
  const { document: live } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const graph = liveGraph(live).snapshot();
  const facts = portOf(graph, operations, end);
  const frame = board.element?.getBoundingClientRect();
  if (!facts || !frame) return null;
  const input = end.side === "input";
  const operation = operations.get(graph.nodes.get(end.node)?.operation ?? "");
  const said = (input ? operation?.inputs : operation?.outputs)?.find(
    (port) => port.name === facts.name,
  )?.doc;
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
      {said && <p>{said}</p>}
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
