/** Files of pipelines that cannot be read: which, what is wrong, and in which line. */
import type { Schemas } from "@/api/client";
import type { PipelineFile } from "./files";

export interface UnreadableFile extends PipelineFile {
  line: number | null;
  message: string;
  hint: string;
}

/** One for each such file, of all that is wrong in a project. */
export function unreadableFiles(problems: readonly Schemas["Problem"][]): UnreadableFile[] {
  const files = new Map<string, UnreadableFile>();
  for (const { place, message, hint } of problems) {
    const file = place.file ?? "";
    const name = /^pipelines\/(.+)\.ya?ml$/.exec(file)?.[1];
    if (name === undefined || files.has(file)) continue;
    const said = message.startsWith(file) ? message.slice(file.length) : message;
    const at = /^:(\d+) /.exec(said);
    const line = place.line ?? (at ? Number(at[1]) : null);
    files.set(file, { name, file, line, message: said.slice(at?.[0].length ?? 0).trim(), hint });
  }
  return [...files.values()];
}
