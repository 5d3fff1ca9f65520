/** Whether what is drawn is in the file, in a few words. */
import { Tooltip } from "@mantine/core";
import type { LiveDocument } from "@/state/document";
import { Ago } from "@/ui/Time";
import css from "./editor.module.css";

export function SavedChip({ document }: { document: LiveDocument }) {
  const { status, trouble, unsaved, savedAt } = document;
  return (
    <Tooltip label={trouble ? [trouble.message, trouble.hint].filter(Boolean).join(" ") : document.path}>
      <span className={`${css.chip} ${trouble ? css.wrong : ""}`} role="status">
        {trouble ? (
          "not saved"
        ) : status === "readonly" ? (
          "read only"
        ) : status === "offline" ? (
          "offline, kept here"
        ) : unsaved ? (
          "saving…"
        ) : savedAt ? (
          <>
            saved <Ago time={savedAt} />
          </>
        ) : (
          "saved"
        )}
      </span>
    </Tooltip>
  );
}
