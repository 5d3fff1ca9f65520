/** What of its history a canvas shows. It is in the address, so that a link and the back button lead there. */
import { useSearchParams } from "react-router";

/** How the version was, what differs, or the pipeline as it is. */
export type Side = "before" | "difference" | "now";

const SIDES: readonly Side[] = ["before", "difference", "now"];

export function useShownHistory() {
  const [query, setQuery] = useSearchParams();
  const version = query.get("version");
  const asked = query.get("panel") === "history";
  const put = (entries: Record<string, string | null>, replace = false) => {
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(entries)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    setQuery(next, { replace });
  };
  return {
    /** Whether the panel was opened; a narrow screen may compare without it. */
    asked,
    open: asked || version !== null,
    version,
    side: SIDES.find((side) => side === query.get("side")) ?? "difference",
    asText: query.get("as") === "text",
    show: () => put({ panel: "history" }),
    /** Compare with a version; null: with none. */
    choose: (id: string | null) => put({ panel: "history", version: id }),
    turn: (side: Side) => put({ side: side === "difference" ? null : side }, true),
    readAs: (form: "drawing" | "text") => put({ as: form === "text" ? form : null }, true),
    /** Close the panel and go on comparing. */
    hide: () => put({ panel: null }),
    close: () => put({ panel: null, version: null, side: null, as: null }),
  };
}

export type ShownHistory = ReturnType<typeof useShownHistory>;
