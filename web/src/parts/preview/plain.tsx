/** Text, pictures, bytes, objects, and data that lies elsewhere. */
import { bytes } from "@/ui/time";
import type { ObjectDocument, PreviewDocument } from "./documents";
import { Facts } from "./Facts";
import css from "./preview.module.css";

type Of<Kind extends PreviewDocument["kind"]> = Extract<PreviewDocument, { kind: Kind }>;

export function TextPreview({ document }: { document: Of<"text"> }) {
  if (document.text === "") return <p className={css.note}>It is empty.</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre className={css.pre} tabIndex={0}>
        {document.text}
      </pre>
      {document.cut && <p className={css.note}>The beginning of {bytes(document.length)}.</p>}
    </>
  );
}

interface PictureProps {
  document: Of<"image"> | Of<"figure">;
  image: string | null;
  digest: string;
}

export function PicturePreview({ document, image, digest }: PictureProps) {
  const media = document.kind === "image" ? document.media : undefined;
  const source = image ?? (media ? `/api/v1/blobs/${digest}?media=${encodeURIComponent(media)}` : null);
  const edges =
    document.kind === "image" && document.width ? `${document.width} × ${document.height} pixels` : "";
  return (
    <figure className={css.pictures}>
      {source && <img src={source} alt={document.kind === "figure" ? "The figure" : "The picture"} />}
      {edges && <figcaption>{edges}</figcaption>}
    </figure>
  );
}

export function BytesPreview({ document }: { document: Of<"bytes"> }) {
  const lines = document.first.match(/.{1,32}/g) ?? [];
  const text = lines.map((line, place) => {
    const pairs = line.match(/../g) ?? [];
    const letters = pairs
      .map((pair) => Number.parseInt(pair, 16))
      .map((code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : "·"));
    return `${(place * 16).toString(16).padStart(6, "0")}  ${pairs.join(" ").padEnd(47)}  ${letters.join("")}`;
  });
  return (
    <>
      <p className={css.note}>
        {bytes(document.size)} that no codec knows
        {document.first.length / 2 < document.size ? `; the first ${bytes(document.first.length / 2)}:` : ":"}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre className={css.pre} tabIndex={0}>
        {text.join("\n")}
      </pre>
    </>
  );
}

export function ObjectPreview({ document }: { document: ObjectDocument }) {
  return (
    <>
      <Facts facts={[["Type", document.type ?? ""]]} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre className={css.pre} tabIndex={0}>
        {document.repr}
      </pre>
      {document.attributes.length > 0 && (
        <table className={css.layers}>
          <thead>
            <tr>
              <th scope="col">Attribute</th>
              <th scope="col">Type</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {document.attributes.map((attribute) => (
              <tr key={attribute.name}>
                <th scope="row">{attribute.name}</th>
                <td>{attribute.type}</td>
                <td>{attribute.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

export function ReferencePreview({ document }: { document: Of<"reference"> }) {
  return (
    <Facts
      facts={[
        ["Lies at", document.url],
        ["Size", bytes(document.size)],
        ["Type", document.type],
      ]}
    />
  );
}
