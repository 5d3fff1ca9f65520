/** The view behind `CodeView`, loaded when it is shown. */
import { python } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { look } from "./look";
import { marks as marking, showMarks } from "./marks";

export interface ReaderProps {
  text: string;
  /** The line to show first. */
  line?: number | null;
  /** Lines that are marked, each with what is said about it. */
  marks?: ReadonlyMap<number, string>;
  label?: string;
}

export default function Reader({ text, line = null, marks, label = "Code" }: ReaderProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          python(),
          look,
          marking,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.editable.of(false),
        ],
      }),
    });
    const remarks = [...(marks ?? [])].map(([at, message]) => ({ line: at, message }));
    showMarks(view, { line, remarks }, true);
    return () => view.destroy();
  }, [text, line, marks, label]);
  return <div ref={place} style={{ height: "100%", minHeight: 0 }} />;
}
