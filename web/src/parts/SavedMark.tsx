/** Whether what is made is in the file, in a few words. */
import { Tooltip } from "@mantine/core";
import { wordsOf } from "@/api/client";
import type { LiveDocument } from "@/state/document";
import { Ago } from "@/ui/Time";
import css from "./saved-mark.module.css";

type Shown = Pick<LiveDocument, "status" | "trouble" | "unsaved" | "savedAt" | "path">;

export function SavedMark({ document }: { document: Shown }) {
  const { trouble, savedAt, path } = document;
  const words = savedWords(document);
  return (
    <Tooltip label={trouble ? wordsOf(trouble) : path}>
      <span className={`${css.chip} ${trouble ? css.wrong : ""}`}>
        {/* Without the time, which would be read out each second. */}
        <span role="status">{words}</span>
        {words === "saved" && savedAt && <Ago time={savedAt} />}
      </span>
    </Tooltip>
  );
}

function savedWords({ trouble, status, unsaved }: Shown): string {
  if (trouble) return "not saved";
  if (status === "readonly") return "read only";
  if (status === "offline") return "offline, kept here";
  return unsaved ? "saving…" : "saved";
}
