/** Tell the others what part of a text I see, and go along with the person whom I follow. */
import { EditorView } from "@codemirror/view";
import { useEffect } from "react";
import type { LiveDocument } from "@/state/document";
import { show, useFollow } from "@/state/presence";

export function useSharedView(document: LiveDocument, view: EditorView | null): void {
  const { person, stop } = useFollow(document);
  const followed = person !== null;
  const top = person?.top;
  useEffect(() => {
    if (!view) return;
    const tell = () => show(document, { top: topOf(view) });
    tell();
    view.scrollDOM.addEventListener("scroll", tell, { passive: true });
    return () => view.scrollDOM.removeEventListener("scroll", tell);
  }, [document, view]);
  useEffect(() => {
    if (!view || top === undefined || top > view.state.doc.lines) return;
    const { from } = view.state.doc.line(Math.max(top, 1));
    view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 0 }) });
  }, [view, top]);
  useEffect(() => {
    if (!view || !followed) return;
    const ends = (["wheel", "pointerdown", "keydown"] as const).map((kind) => {
      view.dom.addEventListener(kind, stop, { passive: true, capture: true });
      return () => view.dom.removeEventListener(kind, stop, { capture: true });
    });
    return () => {
      for (const end of ends) end();
    };
  }, [view, followed, stop]);
}

/** The number of the first line that is seen. */
function topOf(view: EditorView): number {
  const block = view.lineBlockAtHeight(view.scrollDOM.scrollTop);
  return view.state.doc.lineAt(block.from).number;
}
