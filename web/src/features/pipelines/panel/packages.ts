/** Declaring what operations import: a few lines at the head of their files, with a way back. */
import { change, type LiveDocument, openDocument } from "@/state/document";

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
    await opened(document);
    change(document, label, () => deed(document));
    await document.save();
  } finally {
    document.release();
  }
}

function opened(document: LiveDocument): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (document.status === "refused" || document.status === "gone" || document.status === "readonly")
        reject(new Error(document.trouble?.message ?? `${document.path} cannot be edited.`));
      else if (!document.ready || !document.writable) return;
      else resolve();
      end();
    };
    const end = document.subscribe(look);
    look();
  });
}
