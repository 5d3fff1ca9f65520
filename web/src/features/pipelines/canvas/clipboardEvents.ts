/** Copy, cut and paste by the system's clipboard: by its own events, and by hand from menus. */
import { useEffect, useMemo } from "react";
import { useNavigate } from "react-router";
import { copied } from "@/graph/copying";
import { remove } from "@/graph/editing";
import { keysIn, keysOf } from "@/state/actions";
import { clipboardText, copyText } from "@/state/clipboard";
import { liveGraph, write } from "@/state/graph";
import { patiently } from "@/state/lazily";
import { failed, nothing } from "@/state/toasts";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { useSessionStore } from "./session";

/** What the browser does of itself on these keys, and the command that it is as long as they are its keys. */
const OWN: Readonly<Record<string, string>> = {
  "Mod+C": "node.copy",
  "Mod+X": "node.cut",
  "Mod+V": "canvas.paste",
  "Mod+Shift+V": "canvas.paste-linked",
};

export interface Clipboard {
  copy: () => void;
  cut: () => void;
  paste: (keepLinks: boolean) => void;
}

export function useClipboard(): Clipboard {
  const { document: live, project } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const navigate = useNavigate();
  const deeds = useMemo(() => {
    const chosen = () => {
      const { selection } = session.getState();
      const focused = board.focused();
      return selection.size > 0 ? selection : new Set(focused ? [focused] : []);
    };
    const text = () =>
      chosen().size > 0 ? copied(liveGraph(live).snapshot(), chosen(), board.boxes()) : null;
    const cutAway = () => {
      const graph = liveGraph(live).snapshot();
      const ids = chosen();
      const notes = [...ids]
        .filter((id) => graph.notes.has(id))
        .map((id) => ({ do: "remove note", note: id }) as const);
      write(live, "cut", [...remove(graph, operations, ids), ...notes]);
    };
    const take = (found: string, keepLinks: boolean) => {
      const at = board.at(board.here());
      const open = (path: string) => navigate(`/projects/${project}/code?path=${encodeURIComponent(path)}`);
      patiently(() => import("./pasting"))
        .then((pasting) => pasting.take(found, keepLinks, { live, project, operations, board, at, open }))
        .catch((error: unknown) => failed(error, "What was copied was not pasted"));
    };
    return { text, cutAway, take };
  }, [live, project, operations, board, session, navigate]);

  useEffect(() => {
    /** The command that keys ask for; null when they were given to another, undefined when none were pressed. */
    let asked: string | null | undefined;
    const mine = () =>
      board.isActive() &&
      !board.past &&
      asked !== null &&
      !isField(document.activeElement) &&
      window.getSelection()?.isCollapsed !== false;
    /** The browser's own events do it, so nobody else may take these keys as long as they are for that. */
    const onKey = (event: KeyboardEvent) => {
      const keys = keysIn(event);
      const command = OWN[keys];
      asked = command && (keysOf({ id: command, keys: [keys] }).includes(keys) ? command : null);
      if (asked && mine()) event.stopPropagation();
    };
    const onKeyUp = () => {
      asked = undefined;
    };
    const onCopy = (event: ClipboardEvent) => {
      const text = mine() ? deeds.text() : null;
      if (text === null) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut" && live.writable) deeds.cutAway();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (!mine() || !live.writable) return;
      event.preventDefault();
      deeds.take(event.clipboardData?.getData("text/plain") ?? "", asked === "canvas.paste-linked");
    };
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("keyup", onKeyUp, true);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      document.removeEventListener("keyup", onKeyUp, true);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [board, deeds, live]);

  return useMemo(() => {
    const toSystem = () => {
      const text = deeds.text();
      if (text === null) return Promise.reject(new Error("Nothing is selected."));
      return copyText(text);
    };
    return {
      copy: () => void toSystem().catch(nothing),
      cut: () => void toSystem().then(deeds.cutAway, nothing),
      paste: (keepLinks) => void clipboardText().then((text) => deeds.take(text, keepLinks), nothing),
    };
  }, [deeds]);
}

function isField(element: Element | null): boolean {
  return (
    element instanceof HTMLElement &&
    (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName))
  );
}
