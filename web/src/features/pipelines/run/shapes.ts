/** The shapes of data, as far as somebody asked for them: what is read out of a node besides the types of its ports. */
import { create } from "zustand";
import type { PreviewDocument } from "@/parts/preview/documents";
import type { Data } from "@/parts/preview/usePreview";
import { count, number } from "@/ui/time";
import type { Draft } from "../draft";
import type { Previews } from "./preview";

/** Digest → the shape in words; nothing for data that has none. A digest never comes to mean other data. */
export type Shapes = ReadonlyMap<string, string>;

export const useShapes = create<{ known: Shapes }>(() => ({ known: new Map() }));

/** Keep what a preview says of some data; null: it says nothing. */
export function learn(digest: string, document: PreviewDocument | null): void {
  const shape = document ? shapeOf(document) : "";
  if (useShapes.getState().known.get(digest) === shape) return;
  useShapes.setState(({ known }) => ({ known: new Map(known).set(digest, shape) }));
}

function shapeOf(document: PreviewDocument): string {
  switch (document.kind) {
    case "array":
      return `${document.shape.join(" × ")} ${document.dtype}`.trim();
    case "table":
      return `${count(document.rows, "row")} × ${count(document.columns_in_all, "column")}`;
    case "model":
      return `${number(document.parameters)} parameters`;
    default:
      return "";
  }
}

export interface PortLast {
  side: "input" | "output";
  port: string;
  data: Data;
}

/** The data that a node took and gave last, port by port. */
export function lastData(name: string, draft: Draft, previews: Previews): PortLast[] {
  const lastOf = (node: string) => previews.get(draft.ids.get(node) ?? "")?.last;
  const taken = Object.entries(draft.nodes[name]?.inputs ?? {}).flatMap(([port, source]): PortLast[] => {
    const [from = "", output] = source.split(".");
    const last = lastOf(from);
    const data = last?.outputs.find((one) =>
      output === undefined ? last.outputs.length === 1 : one.name === output,
    );
    return last && data ? [{ side: "input", port, data: { ...data, job: last.job } }] : [];
  });
  const own = lastOf(name);
  const given = (own?.outputs ?? []).map(
    (data): PortLast => ({ side: "output", port: data.name, data: { ...data, job: own?.job } }),
  );
  return [...taken, ...given];
}

/** `input images 20 × 8 float64; output model 1 234 parameters`, as far as it is known. */
export function shapesSaid(ports: readonly PortLast[], known: Shapes): string | undefined {
  const list = (side: PortLast["side"]) => {
    const said = ports.flatMap(({ side: own, port, data }) => {
      const shape = own === side && known.get(data.digest);
      return shape ? [`${port} ${shape}`] : [];
    });
    return said.length > 0 ? [`${side} ${said.join(", ")}`] : [];
  };
  return [...list("input"), ...list("output")].join("; ") || undefined;
}
