/** A pipeline whose file cannot be read as one: what is wrong, and its text to set it right. */
import { IconAlertTriangle } from "@tabler/icons-react";
import type { LiveDocument } from "@/state/document";
import TextField from "./TextField";
import css from "./unreadable.module.css";

export default function UnreadableFile({ document }: { document: LiveDocument }) {
  const { message, line } = document.unreadable ?? { message: "", line: null };
  return (
    <div className={css.whole}>
      <div className={css.problem} role="alert">
        <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
        <div>
          <b>
            {document.path} cannot be drawn{line !== null && `: line ${line}`}
          </b>
          <p>{message}</p>
          <p>
            Correct the text here or in any editor. The drawing comes back by itself, and nothing is
            overwritten until then.
          </p>
        </div>
      </div>
      <TextField document={document} line={line} />
    </div>
  );
}
