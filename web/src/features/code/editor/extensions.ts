/** What makes an editor of a live text out of CodeMirror. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, forEachDiagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, StateEffect } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import { look } from "@/parts/code/look";
import { marks } from "@/parts/code/marks";
import type { LiveDocument } from "@/state/document";
import { conflicts } from "./conflicts";
import { completionSource, findProblems, type Ground, hoverSource } from "./language";

export interface Wishes {
  document: LiveDocument;
  ground: Ground;
  isPython: boolean;
  writable: boolean;
  /** F12, or a click with Ctrl. */
  onDefinition: (position: number) => void;
  onRename: () => void;
  onChecked: (check: Check) => void;
}

/** How checking the text went. */
export interface Check {
  /** What was found when it could be checked last; null: it never could be. */
  found: readonly Found[] | null;
  /** Why it could not be checked since. */
  failure: string | null;
}

/** A problem as it is listed. */
export interface Found {
  line: number;
  from: number;
  severity: string;
  message: string;
  source?: string;
}

const checkAgain = StateEffect.define<null>();

/** Have the text checked though it is the same. */
export const recheck = (view: EditorView): void => view.dispatch({ effects: checkAgain.of(null) });

export function extensionsFor(wishes: Wishes): Extension[] {
  const { document, writable } = wishes;
  return [
    lineNumbers(),
    foldGutter(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    EditorView.clickAddsSelectionRange.of((event) => event.altKey && !event.shiftKey),
    rectangularSelection({ eventFilter: (event) => event.altKey && event.shiftKey }),
    crosshairCursor({ key: "Shift" }),
    indentOnInput(),
    indentUnit.of(unitOf(document.text.toString())),
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    highlightSelectionMatches(),
    look,
    marks,
    conflicts,
    yCollab(document.text, document.awareness, { undoManager: document.undo }),
    EditorState.readOnly.of(!writable),
    EditorView.contentAttributes.of({ "aria-label": `Code of ${wishes.ground.path}`, tabindex: "0" }),
    ...(wishes.isPython ? pythonFor(wishes) : []),
    keymap.of([
      ...closeBracketsKeymap,
      ...yUndoManagerKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

function pythonFor({ ground, onDefinition, onRename, onChecked }: Wishes): Extension[] {
  return [
    python(),
    autocompletion({ override: [completionSource(ground)], activateOnTypingDelay: 80 }),
    hoverTooltip(hoverSource(ground), { hoverTime: 350 }),
    lintGutter(),
    checking(ground, onChecked),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
        const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (position === null) return false;
        event.preventDefault();
        onDefinition(position);
        return true;
      },
    }),
    keymap.of([
      {
        key: "F12",
        run: (view) => {
          onDefinition(view.state.selection.main.head);
          return true;
        },
      },
      {
        key: "F2",
        run: () => {
          onRename();
          return true;
        },
      },
    ]),
    EditorView.theme({
      ".cm-hover": { padding: "8px 12px", maxWidth: "560px", maxHeight: "260px", overflow: "auto" },
      ".cm-hover code": { fontFamily: "var(--mono)", fontSize: "12px", whiteSpace: "pre-wrap" },
      ".cm-hover p": { margin: "6px 0 0", whiteSpace: "pre-wrap", fontSize: "12px", color: "var(--ink-2)" },
    }),
  ];
}

/** Has the text checked a moment after it was changed, and when `recheck` asks for it. */
export const checking = (ground: Ground, onChecked: Wishes["onChecked"]): Extension =>
  linter(problemSource(ground, onChecked), {
    delay: 300,
    needsRefresh: ({ transactions }) =>
      transactions.some(({ effects }) => effects.some((effect) => effect.is(checkAgain))),
  });

/** Finds problems, and lists them. Those that are known stay when the text cannot be checked, and that is told. */
export function problemSource(ground: Ground, onChecked: Wishes["onChecked"]) {
  let known: readonly Found[] | null = null;
  return async (view: EditorView): Promise<readonly Diagnostic[]> => {
    const { state } = view;
    try {
      const found = await findProblems(ground, state);
      known = found.map((one) => ({
        line: state.doc.lineAt(one.from).number,
        from: one.from,
        severity: one.severity,
        message: one.message,
        ...(one.source && { source: one.source }),
      }));
      onChecked({ found: known, failure: null });
      return found;
    } catch (error) {
      onChecked({ found: known, failure: error instanceof Error ? error.message : String(error) });
      return knownProblems(view.state);
    }
  };
}

/** The problems that are shown, where they stand now. */
function knownProblems(state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = [];
  forEachDiagnostic(state, (one, from, to) => found.push({ ...one, from, to }));
  return found;
}

/** How the text is indented already. */
function unitOf(text: string): string {
  const [, indent = "    "] = /^([ \t]+)\S/m.exec(text) ?? [];
  return indent.startsWith("\t") ? "\t" : indent.length === 2 ? "  " : "    ";
}
