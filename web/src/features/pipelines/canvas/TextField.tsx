/** A live document as plain text, in a small editor that is loaded when it is needed. */
import { defaultKeymap } from "@codemirror/commands";
import { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import type { LiveDocument } from "@/state/document";
import css from "./unreadable.module.css";

const setLine = StateEffect.define<number | null>();

const wrongLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setLine)) continue;
      const builder = new RangeSetBuilder<Decoration>();
      const { doc } = transaction.state;
      if (effect.value !== null && effect.value >= 1 && effect.value <= doc.lines)
        builder.add(
          doc.line(effect.value).from,
          doc.line(effect.value).from,
          Decoration.line({ class: css.wrong ?? "" }),
        );
      now = builder.finish();
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export default function TextField({ document: live, line }: { document: LiveDocument; line: number | null }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  useEffect(() => {
    const made = new EditorView({
      parent: host.current as HTMLElement,
      state: EditorState.create({
        doc: live.text.toString(),
        extensions: [
          lineNumbers(),
          drawSelection(),
          highlightActiveLine(),
          wrongLine,
          keymap.of([...yUndoManagerKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ "aria-label": `Text of ${live.path}` }),
          EditorState.readOnly.of(!live.writable),
          yCollab(live.text, live.awareness, { undoManager: live.undo }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [live]);
  useEffect(() => {
    view.current?.dispatch({ effects: setLine.of(line) });
  }, [line]);
  return <div className={css.text} ref={host} />;
}
