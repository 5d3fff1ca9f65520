/** The preview of some data: what it is, without loading it. */
import type { ReactNode } from "react";
import { Failed, Loading } from "@/ui/Empty";
import { ArrayPreview } from "./ArrayPreview";
import type { PreviewDocument, Refusal } from "./documents";
import { FolderPreview } from "./FolderPreview";
import { ModelPreview } from "./ModelPreview";
import { BytesPreview, ObjectPreview, PicturePreview, ReferencePreview, TextPreview } from "./plain";
import css from "./preview.module.css";
import { TablePreview } from "./TablePreview";
import { TreePreview } from "./TreePreview";
import { type Data, usePreview } from "./usePreview";

export function PreviewView({ data }: { data: Data }) {
  const { data: found, error, refetch, again } = usePreview(data);
  if (error && !found) return <Failed what="The preview cannot be had" error={error} again={refetch} />;
  if (!found) return <Loading what="the preview" />;
  if (found.state === "wanted") {
    return (
      <div className={css.waiting}>
        <Loading what="the preview" />
        <p>A worker looks at the data.</p>
      </div>
    );
  }
  const refusal = found.document as Refusal;
  if (found.state === "gone") {
    return <Failed what="The bytes are gone" error={{ message: refusal.reason ?? "" }} />;
  }
  if (found.state === "unsupported") {
    return (
      <div className={css.waiting}>
        <p>{refusal.reason ?? "Nothing can show data of this kind."}</p>
      </div>
    );
  }
  if (found.state === "failed") {
    return (
      <div className={css.failed}>
        <Failed
          what="It cannot be shown"
          error={{
            message:
              refusal.error && !/^(Limit|NoAnswer|Ended|TooLarge)$/.test(refusal.error)
                ? `${refusal.error}: ${refusal.reason}`
                : (refusal.reason ?? ""),
          }}
          again={again}
        />
        {refusal.traceback && (
          <details>
            <summary>Traceback</summary>
            <pre>{refusal.traceback}</pre>
          </details>
        )}
      </div>
    );
  }
  const image = found.image
    ? `/api/v1/previews/${data.digest}/image?codec=${encodeURIComponent(data.codec)}`
    : null;
  return (
    <div className={css.preview} data-kind={(found.document as { kind: string }).kind}>
      {shown(found.document as unknown as PreviewDocument, image, data)}
    </div>
  );
}

function shown(document: PreviewDocument, image: string | null, data: Data): ReactNode {
  switch (document.kind) {
    case "array":
      return <ArrayPreview document={document} image={image} />;
    case "table":
      return <TablePreview document={document} />;
    case "model":
      return <ModelPreview document={document} />;
    case "folder":
      return <FolderPreview document={document} />;
    case "json":
      return <TreePreview tree={document.tree} />;
    case "text":
      return <TextPreview document={document} />;
    case "image":
    case "figure":
      return <PicturePreview document={document} image={image} digest={data.digest} />;
    case "bytes":
      return <BytesPreview document={document} />;
    case "object":
      return <ObjectPreview document={document} />;
    case "reference":
      return <ReferencePreview document={document} />;
  }
}
