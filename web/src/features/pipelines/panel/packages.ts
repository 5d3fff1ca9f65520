/** Declaring what operations import: a few lines at the head of their files, with a way back. */
import { change, type LiveDocument, openDocument } from "@/state/document";
import { whenEditable } from "@/state/editable";

/** Write lines at the head of a file. Rejects when the file cannot be edited. */
export function addHead(project: string, path: string, head: string): Promise<void> {
  return edit(project, path, "declare packages", (document) => {
    const text = document.text.toString();
    document.text.insert(text.startsWith("#!") ? text.indexOf("\n") + 1 : 0, `${head}\n`);
  });
}

/** Take the lines away again, when they are still there. */
export function removeHead(project: string, path: string, head: string): Promise<void> {
  return edit(project, path, "do not declare packages", (document) => {
    const at = document.text.toString().indexOf(`${head}\n`);
    if (at >= 0) document.text.delete(at, head.length + 1);
  });
}

async function edit(
  project: string,
  path: string,
  label: string,
  deed: (document: LiveDocument) => void,
): Promise<void> {
  const document = openDocument(project, path);
  try {
    const editable = await whenEditable(document);
    change(editable, label, () => deed(editable));
    await editable.save();
  } finally {
    document.release();
  }
}
