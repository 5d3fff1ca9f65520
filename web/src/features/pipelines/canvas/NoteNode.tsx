/** A sticky note: Markdown to read, a double click or Enter to write. */

import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, Suspense, useEffect, useRef } from "react";
import type { Note } from "@/graph/model";
import { write } from "@/state/graph";
import { lazily } from "@/state/lazily";
import { useEditor } from "./editor";
import type { NoteFlowNode } from "./flow";
import css from "./note.module.css";
import { useSelectors } from "./people";
import { useCanvas, useSessionStore } from "./session";

const Markdown = lazily(() => import("./markdown"));

export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<NoteFlowNode>) {
  const { document } = useEditor();
  const editing = useCanvas((state) => state.editingNote === id);
  const selectors = useSelectors(id);
  const { note } = data;
  return (
    <div
      className={`${css.note} ${selected ? css.selected : ""}`}
      style={selectors && { outline: `2px solid ${selectors[0]?.color}` }}
    >
      <NodeResizer
        isVisible={selected && document.writable}
        minWidth={100}
        minHeight={44}
        onResizeEnd={(_, { x, y, width, height }) =>
          write(document, "resize a note", [
            {
              do: "set note",
              note: id,
              fields: { at: [x, y], size: [Math.round(width), Math.round(height)] },
            },
          ])
        }
      />
      {editing ? (
        <NoteField note={note} />
      ) : note.text.trim() === "" ? (
        <p className={css.empty}>Empty note</p>
      ) : (
        <Suspense fallback={note.text}>
          <Markdown text={note.text} />
        </Suspense>
      )}
    </div>
  );
});

function NoteField({ note }: { note: Note }) {
  const { document } = useEditor();
  const session = useSessionStore();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = () => {
    const text = field.current?.value ?? note.text;
    const host = field.current?.closest<HTMLElement>(".react-flow__node");
    session.setState({ editingNote: null });
    if (text !== note.text)
      write(document, "write a note", [{ do: "set note", note: note.id, fields: { text } }]);
    host?.focus();
  };
  return (
    <textarea
      ref={field}
      className={`${css.field} nodrag nopan nowheel`}
      aria-label="Text of the note, in Markdown"
      defaultValue={note.text}
      onBlur={end}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) end();
      }}
    />
  );
}
