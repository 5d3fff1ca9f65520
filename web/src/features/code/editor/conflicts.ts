/** Conflicts that git has left in a file: coloured, and settled by a press of a button. */
import { type EditorState, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

export interface Conflict {
  /** The lines of its marks, counted from 1. */
  start: number;
  base: number | null;
  middle: number;
  end: number;
}

export type Side = "mine" | "theirs" | "both";

/** The conflicts in a text, in order. */
export function conflictsIn(doc: Text): Conflict[] {
  const found: Conflict[] = [];
  let open: { start: number; base: number | null; middle: number | null } | null = null;
  let number = 0;
  for (const line of doc.iterLines()) {
    number++;
    if (line.startsWith("<<<<<<<")) open = { start: number, base: null, middle: null };
    else if (open && line.startsWith("|||||||")) open.base = number;
    else if (open && line.startsWith("=======")) open.middle = number;
    else if (open && open.middle !== null && line.startsWith(">>>>>>>")) {
      found.push({ ...open, middle: open.middle, end: number });
      open = null;
    }
  }
  return found;
}

/** What a conflict leaves when it is settled for a side. */
export function settled(doc: Text, { start, base, middle, end }: Conflict, side: Side): string {
  const lines = (from: number, to: number) =>
    from > to ? "" : `${doc.sliceString(doc.line(from).from, doc.line(to).to)}\n`;
  const mine = lines(start + 1, (base ?? middle) - 1);
  const theirs = lines(middle + 1, end - 1);
  return side === "mine" ? mine : side === "theirs" ? theirs : mine + theirs;
}

function settle(view: EditorView, conflict: Conflict, side: Side): void {
  const { doc } = view.state;
  const to = Math.min(doc.line(conflict.end).to + 1, doc.length);
  const from = doc.line(conflict.start).from;
  view.dispatch({ changes: { from, to, insert: settled(doc, conflict, side) }, selection: { anchor: from } });
  view.focus();
}

class Choice extends WidgetType {
  constructor(private readonly conflict: Conflict) {
    super();
  }

  override eq(other: Choice): boolean {
    return JSON.stringify(other.conflict) === JSON.stringify(this.conflict);
  }

  toDOM(view: EditorView): HTMLElement {
    const box = document.createElement("div");
    box.className = "cm-conflict-choice";
    box.append("Two versions meet here. ");
    for (const [side, label] of [
      ["mine", "Keep mine"],
      ["theirs", "Keep theirs"],
      ["both", "Keep both"],
    ] as const) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.onclick = () => settle(view, this.conflict, side);
      box.append(button);
    }
    return box;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const line = (name: string) => Decoration.line({ class: name });
const LINES = {
  mine: line("cm-mine"),
  theirs: line("cm-theirs"),
  base: line("cm-base"),
  edge: line("cm-edge"),
};

function decorated({ doc }: EditorState): DecorationSet {
  const ranges = [];
  for (const conflict of conflictsIn(doc)) {
    const { start, base, middle, end } = conflict;
    const widget = new Choice(conflict);
    ranges.push(Decoration.widget({ widget, block: true, side: -1 }).range(doc.line(start).from));
    for (let number = start; number <= end; number++) {
      const kind =
        number === start || number === middle || number === end || number === base
          ? "edge"
          : number > middle
            ? "theirs"
            : base !== null && number > base
              ? "base"
              : "mine";
      ranges.push(LINES[kind].range(doc.line(number).from));
    }
  }
  return Decoration.set(ranges, true);
}

const field = StateField.define<DecorationSet>({
  create: decorated,
  update: (known, transaction) => (transaction.docChanged ? decorated(transaction.state) : known),
  provide: (decorations) => EditorView.decorations.from(decorations),
});

const theme = EditorView.theme({
  ".cm-mine": { backgroundColor: "color-mix(in srgb, var(--added) 12%, transparent)" },
  ".cm-theirs": { backgroundColor: "color-mix(in srgb, var(--cached) 12%, transparent)" },
  ".cm-base, .cm-edge": { backgroundColor: "var(--hover)" },
  ".cm-edge": { color: "var(--ink-3)" },
  ".cm-conflict-choice": {
    display: "flex",
    gap: "8px",
    alignItems: "center",
    padding: "4px 12px",
    fontFamily: "var(--font)",
    fontSize: "12px",
    color: "var(--ink-2)",
    backgroundColor: "var(--hover)",
  },
  ".cm-conflict-choice button": {
    padding: "2px 8px",
    font: "inherit",
    color: "var(--ink)",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    cursor: "pointer",
  },
});

export const conflicts = [field, theme];
