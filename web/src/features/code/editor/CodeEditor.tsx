/** The text of a file, edited with whoever else is in it. */
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { type Remark, showMarks } from "@/parts/code/marks";
import type { LiveDocument } from "@/state/document";
import { type Check, extensionsFor } from "./extensions";
import type { Ground } from "./language";

interface CodeEditorProps {
  document: LiveDocument;
  ground: Ground;
  line: number | null;
  remarks: readonly Remark[];
  onView: (view: EditorView | null) => void;
  onDefinition: (position: number) => void;
  onRename: () => void;
  onChecked: (check: Check) => void;
}

export function CodeEditor({ document, ground, line, remarks, onView, ...wishes }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<EditorView | null>(null);
  const newest = useRef(wishes);
  newest.current = wishes;
  const { project, path } = ground;
  const writable = document.writable;
  useEffect(() => {
    const view = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({
        doc: document.text.toString(),
        extensions: extensionsFor({
          document,
          ground: { project, path },
          isPython: path.endsWith(".py"),
          writable,
          onDefinition: (position) => newest.current.onDefinition(position),
          onRename: () => newest.current.onRename(),
          onChecked: (check) => newest.current.onChecked(check),
        }),
      }),
    });
    shown.current = view;
    onView(view);
    return () => {
      onView(null);
      shown.current = null;
      view.destroy();
    };
  }, [document, project, path, writable, onView]);
  const reached = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view is marked anew
  useEffect(() => {
    const view = shown.current;
    if (!view) return;
    showMarks(view, { line, remarks }, line !== reached.current);
    reached.current = line;
  }, [document, writable, line, remarks]);
  return <div ref={place} style={{ height: "100%", minHeight: 0 }} data-testid="code" />;
}
