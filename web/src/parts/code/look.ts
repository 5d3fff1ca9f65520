/** How code looks, in both themes: the colours are tokens. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment, tags.docComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], color: "var(--code-name)" },
  { tag: [tags.className, tags.definition(tags.className), tags.typeName], color: "var(--code-name)" },
  { tag: [tags.meta, tags.annotation], color: "var(--code-number)" },
  { tag: tags.invalid, color: "var(--failed)" },
]);

const furniture = EditorView.theme({
  "&": {
    height: "100%",
    fontSize: "13px",
    color: "var(--ink)",
    backgroundColor: "var(--panel)",
    "--code-keyword": "var(--t-model)",
    "--code-text": "var(--success)",
    "--code-number": "var(--ember-ink)",
    "--code-name": "var(--cached)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.65" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--ink-3)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ink) 4%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--cached) 26%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--running-fill) 22%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--cached) 22%, transparent)",
    color: "inherit",
  },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "none", color: "var(--ink-2)" },
  ".cm-panels": { backgroundColor: "var(--bg)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 10px", fontFamily: "var(--font)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink-2)", fontSize: "16px" },
  ".cm-textfield": {
    backgroundColor: "var(--panel)",
    border: "1px solid var(--line-field)",
    borderRadius: "6px",
    fontFamily: "var(--mono)",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    color: "var(--ink)",
    fontFamily: "var(--font)",
  },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--running-fill) 34%, transparent)" },
  ".cm-searchMatch.cm-searchMatch-selected": {
    backgroundColor: "color-mix(in srgb, var(--ember) 40%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raise)",
    border: "1px solid var(--line-strong)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    color: "var(--ink)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mono)",
    fontSize: "12px",
    maxHeight: "16em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 10px", lineHeight: "1.6" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--ember-soft)",
    color: "var(--ink)",
  },
  ".cm-completionDetail": { color: "var(--ink-2)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--ember-ink)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-lint-marker": { width: "8px", height: "8px", margin: "7px 3px", borderRadius: "50%", content: "none" },
  ".cm-lint-marker-error": { backgroundColor: "var(--failed)" },
  ".cm-lint-marker-warning": {
    backgroundColor: "var(--running)",
    borderRadius: "0",
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
  },
  ".cm-diagnostic": { fontFamily: "var(--font)", fontSize: "12px" },
  ".cm-ySelectionInfo": {
    fontFamily: "var(--font)",
    fontSize: "11px",
    padding: "1px 6px",
    maxWidth: "180px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    borderRadius: "4px 8px 8px 8px",
    opacity: "1",
  },
});

export const look = [furniture, syntaxHighlighting(colours)];
