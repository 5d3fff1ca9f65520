/** Waiting for a live document that is edited though nobody shows it. */
import { ApiError } from "@/api/client";
import type { LiveDocument } from "./document";

/** Milliseconds after which a document that has not opened is not waited for any longer. */
const PATIENCE = 20_000;

/** The document that holds the content, as soon as it can be edited. Rejects with ApiError when that will not be. */
export function whenEditable(opened: LiveDocument): Promise<LiveDocument> {
  const { path } = opened;
  return new Promise((resolve, reject) => {
    let ends = (): void => {};
    const end = (deed: () => void): void => {
      clearTimeout(timer);
      ends();
      deed();
    };
    const look = (): void => {
      const document = opened.successor ?? opened;
      if (document !== opened) end(() => resolve(whenEditable(document)));
      else if (["gone", "refused", "readonly"].includes(document.status))
        end(() => reject(closed(document.trouble?.message ?? `${path} can no longer be edited.`)));
      else if (document.ready && document.writable) end(() => resolve(document));
    };
    const timer = setTimeout(
      () => end(() => reject(closed(`${path} did not open, so it was not changed.`))),
      PATIENCE,
    );
    ends = opened.subscribe(look);
    look();
  });
}

const closed = (message: string): ApiError => new ApiError(409, "conflict", message);
