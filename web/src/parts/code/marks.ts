/** Marked lines: one that an address leads to, and those about which something is said below them. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

export interface Remark {
  line: number;
  message: string;
  /** Where more is to be found. */
  href?: string;
}

export interface Marked {
  line: number | null;
  remarks: readonly Remark[];
}

export const mark = StateEffect.define<Marked>();

class Said extends WidgetType {
  constructor(private readonly remark: Remark) {
    super();
  }

  override eq(other: Said): boolean {
    return other.remark.message === this.remark.message && other.remark.href === this.remark.href;
  }

  toDOM(): HTMLElement {
    const box = document.createElement("div");
    box.className = "cm-said";
    box.setAttribute("role", "note");
    box.textContent = this.remark.message;
    if (this.remark.href) {
      const link = document.createElement("a");
      link.href = this.remark.href;
      link.textContent = "Open the run";
      box.append(" ", link);
    }
    return box;
  }
}

const reached = Decoration.line({ class: "cm-reached" });
const failed = Decoration.line({ class: "cm-failed" });

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(known, transaction) {
    let found = known.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const { doc } = transaction.state;
      const lineAt = (line: number) => doc.line(Math.min(Math.max(line, 1), doc.lines));
      const ranges = effect.value.remarks.flatMap((remark) => {
        const line = lineAt(remark.line);
        return [
          failed.range(line.from),
          Decoration.widget({ widget: new Said(remark), block: true, side: 1 }).range(line.to),
        ];
      });
      if (effect.value.line !== null) ranges.push(reached.range(lineAt(effect.value.line).from));
      found = Decoration.set(ranges, true);
    }
    return found;
  },
  provide: (decorations) => EditorView.decorations.from(decorations),
});

const theme = EditorView.theme({
  ".cm-reached": { backgroundColor: "var(--ember-soft)", boxShadow: "inset 3px 0 var(--ember)" },
  ".cm-failed": {
    backgroundColor: "color-mix(in srgb, var(--failed) 12%, transparent)",
    boxShadow: "inset 3px 0 var(--failed)",
  },
  ".cm-said": {
    padding: "3px 12px 5px",
    color: "var(--failed)",
    fontFamily: "var(--font)",
    fontSize: "12px",
    whiteSpace: "pre-wrap",
    backgroundColor: "color-mix(in srgb, var(--failed) 7%, transparent)",
    boxShadow: "inset 3px 0 var(--failed)",
  },
  ".cm-said a": { color: "inherit", textDecoration: "underline" },
});

export const marks: Extension = [field, theme];

/** Mark lines, and bring the one that was asked for into the middle. */
export function showMarks(view: EditorView, marked: Marked, scroll: boolean): void {
  const effects: StateEffect<unknown>[] = [mark.of(marked)];
  const { doc } = view.state;
  if (marked.line === null || !scroll) {
    view.dispatch({ effects });
    return;
  }
  const line = doc.line(Math.min(Math.max(marked.line, 1), doc.lines));
  effects.push(EditorView.scrollIntoView(line.from, { y: "center" }));
  view.dispatch({ effects, selection: { anchor: line.from } });
}
