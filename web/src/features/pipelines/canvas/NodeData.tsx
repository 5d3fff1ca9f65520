/** Asks for the shapes of what a node took and gave last, and says them when they were not known before. */
import { useEffect, useState } from "react";
import type { PreviewDocument } from "@/parts/preview/documents";
import { type Data, usePreview as useDataPreview } from "@/parts/preview/usePreview";
import { useDraft } from "../draft";
import { usePreview } from "../run/preview";
import { lastData, learn, useShapes } from "../run/shapes";
import { useEditor } from "./editor";
import { useNodeOverlay } from "./overlay";

export default function NodeData({ node }: { node: string }) {
  const { document } = useEditor();
  const draft = useDraft(document);
  const previews = usePreview(document);
  const known = useShapes((state) => state.known);
  const shapes = useNodeOverlay(node)?.shapes;
  const [before] = useState(shapes);
  const [name] = [...(draft?.ids ?? [])].find(([, id]) => id === node) ?? [];
  const ports = draft && name !== undefined ? lastData(name, draft, previews) : [];
  const asked = new Map(ports.map(({ data }) => [data.digest, data]));
  for (const digest of known.keys()) asked.delete(digest);
  return (
    <>
      {[...asked.values()].map((data) => (
        <Asked key={data.digest} data={data} />
      ))}
      {asked.size === 0 && shapes !== before && shapes}
    </>
  );
}

function Asked({ data }: { data: Data }) {
  const { data: preview, isError } = useDataPreview(data);
  const isOver = isError || (preview !== undefined && preview.state !== "wanted");
  const document = preview?.state === "ready" ? (preview.document as unknown as PreviewDocument) : null;
  useEffect(() => {
    if (isOver) learn(data.digest, document);
  }, [isOver, data.digest, document]);
  return null;
}
