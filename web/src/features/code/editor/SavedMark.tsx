/** Whether what is written is in the file, in a few words. */
import { Tooltip } from "@mantine/core";
import type { LiveDocument } from "@/state/document";
import { Ago } from "@/ui/Time";
import css from "../code.module.css";

export function SavedMark({ document }: { document: LiveDocument }) {
  const { status, trouble, unsaved, savedAt } = document;
  const words = trouble
    ? "not saved"
    : status === "readonly"
      ? "read only"
      : status === "offline"
        ? "offline, kept here"
        : unsaved
          ? "saving…"
          : "saved";
  return (
    <Tooltip label={trouble ? [trouble.message, trouble.hint].filter(Boolean).join(" ") : document.path}>
      <span className={`${css.chip} ${trouble ? css.wrong : ""}`} role="status">
        {words}
        {words === "saved" && savedAt && (
          <>
            {" "}
            <Ago time={savedAt} />
          </>
        )}
      </span>
    </Tooltip>
  );
}
