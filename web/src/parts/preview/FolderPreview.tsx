/** A folder: its files with their sizes. */
import { bytes, count } from "@/ui/time";
import type { FolderDocument } from "./documents";
import css from "./preview.module.css";

export function FolderPreview({ document }: { document: FolderDocument }) {
  const hidden = document.count - document.files.length;
  return (
    <>
      <p className={css.note}>
        {count(document.count, "file")}, {bytes(document.bytes)}
      </p>
      <ul className={css.files}>
        {document.files.map((file) => (
          <li key={file.path}>
            <span>{file.path}</span>
            {file.gone && <b>gone</b>}
            <span className="number">{bytes(file.size)}</span>
          </li>
        ))}
      </ul>
      {hidden > 0 && <p className={css.note}>{count(hidden, "file")} more.</p>}
    </>
  );
}
