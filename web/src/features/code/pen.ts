/** Changing the text of a live document from outside the editor: one step to undo, and other people's edits stay. */
import { change, type LiveDocument } from "@/state/document";
import { replacements } from "./editor/changes";

/** Make a live text say something else; whether that changed anything. */
export function rewrite(document: LiveDocument, label: string, text: string): boolean {
  const found = replacements(document.text.toString(), text);
  if (found.length === 0) return false;
  change(document, label, () => {
    for (const { at, remove, insert } of found) {
      if (remove > 0) document.text.delete(at, remove);
      if (insert !== "") document.text.insert(at, insert);
    }
  });
  return true;
}
