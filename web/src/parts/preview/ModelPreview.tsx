/** A model: its layers with their parameters and sizes, and the totals. */
import { bytes, count, number } from "@/ui/time";
import type { ModelDocument } from "./documents";
import { Facts } from "./Facts";
import css from "./preview.module.css";

const FRAMEWORKS: Record<string, string> = { torch: "PyTorch", keras: "Keras" };

export function ModelPreview({ document }: { document: ModelDocument }) {
  const hidden = document.layers_in_all - document.layers.length;
  return (
    <>
      <Facts
        facts={[
          ["Model", document.name === "weights" ? "weights" : document.name],
          ["Framework", FRAMEWORKS[document.framework] ?? document.framework],
          ["Parameters", number(document.parameters)],
          ["Trainable", document.trainable === null ? null : number(document.trainable)],
          ["Size", bytes(document.bytes)],
          ["Layers", number(document.layers_in_all)],
        ]}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div className={css.scroll} tabIndex={0}>
        <table className={css.layers}>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Type</th>
              <th scope="col">Weights</th>
              <th scope="col" className={css.right}>
                Parameters
              </th>
              <th scope="col" className={css.right}>
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {document.layers.map((layer) => (
              <tr key={layer.name}>
                <th scope="row">{layer.name}</th>
                <td title={layer.detail}>{layer.type}</td>
                <td>
                  {layer.shapes.map(([name, shape]) => `${name} ${shape.join("×") || "1"}`).join(", ") || "—"}
                </td>
                <td className={css.right}>{number(layer.parameters)}</td>
                <td className={css.right}>{bytes(layer.bytes)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              <td />
              <td />
              <td className={css.right}>{number(document.parameters)}</td>
              <td className={css.right}>{bytes(document.bytes)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {hidden > 0 && <p className={css.note}>{count(hidden, "layer")} more.</p>}
    </>
  );
}
