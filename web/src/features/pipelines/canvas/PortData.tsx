/** What went through a port last time: shape and element type, as far as the kind of data has them. */
import { useEffect } from "react";
import type { End } from "@/graph/connect";
import { isSource } from "@/graph/model";
import { outputOf } from "@/graph/operation";
import type { PreviewDocument } from "@/parts/preview/documents";
import { type Data, usePreview as useDataPreview } from "@/parts/preview/usePreview";
import { liveGraph } from "@/state/graph";
import { bytes, count, number } from "@/ui/time";
import { usePreview } from "../run/preview";
import { learn } from "../run/shapes";
import css from "./canvas.module.css";
import { useEditor, useOperations } from "./editor";

export function PortData({ end }: { end: End }) {
  const data = useLastData(end);
  return data && <Facts {...data} />;
}

type Found = Data & { size: number; type: string };

/** The data that the output gave last; for an input, the output that it takes. */
function useLastData(end: End): Found | null {
  const { document: live } = useEditor();
  const operations = useOperations();
  const previews = usePreview(live);
  const graph = liveGraph(live).snapshot();
  const taken = graph.nodes.get(end.node)?.inputs[end.port];
  const source = end.side === "output" ? { node: end.node, output: end.port || null } : taken;
  if (!source || !isSource(source)) return null;
  const output = outputOf(source, graph.nodes.get(source.node), operations);
  const last = previews.get(source.node)?.last;
  const found = last?.outputs.find((one) => one.name === output);
  return found && last ? { ...found, job: last.job } : null;
}

function Facts(data: Found) {
  const { data: preview, isPending } = useDataPreview(data);
  const document = preview?.state === "ready" ? (preview.document as unknown as PreviewDocument) : null;
  const facts = document ? factsOf(document) : [];
  useEffect(() => {
    if (document) learn(data.digest, document);
  }, [data.digest, document]);
  return (
    <>
      {facts.map(([name, value]) => (
        <div key={name} className={css.fact}>
          <dt>{name}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
      <div className={css.fact}>
        <dt>Last data</dt>
        <dd className="number">
          {isPending || preview?.state === "wanted"
            ? "being looked at…"
            : `${data.type.split(".").at(-1)}, ${bytes(data.size)}`}
        </dd>
      </div>
    </>
  );
}

function factsOf(document: PreviewDocument): [string, string][] {
  switch (document.kind) {
    case "array":
      return [
        ["Shape", document.shape.length === 0 ? "a single number" : document.shape.join(" × ")],
        ["Elements", document.dtype],
      ];
    case "table":
      return [["Shape", `${count(document.rows, "row")} × ${count(document.columns_in_all, "column")}`]];
    case "model":
      return [["Parameters", number(document.parameters)]];
    default:
      return [];
  }
}
