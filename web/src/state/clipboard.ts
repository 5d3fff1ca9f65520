/** The system's clipboard. Browsers open it fully only to pages of this machine and those that come over TLS. */

/** Why nothing was pasted, and what to do. */
export const BY_KEYS = "The browser does not let a button read the clipboard here: use the keys.";

/** Put text onto the clipboard. Rejects when the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", give, { capture: true });
  const given = document.execCommand("copy"); // the way that is open to every page
  document.removeEventListener("copy", give, { capture: true });
  if (!given) throw new Error("The browser does not let this page use the clipboard.");
}

/** The text on the clipboard. Rejects when the browser does not allow it. */
export async function clipboardText(): Promise<string> {
  if (!navigator.clipboard?.readText) throw new Error(BY_KEYS);
  try {
    return await navigator.clipboard.readText();
  } catch {
    throw new Error(BY_KEYS);
  }
}
