/** Which of the changed files are committed: all that can be, less those that the person leaves out. */
import type { ChangedFile, Changes, Commit } from "./queries";

export interface Choice {
  left: ReadonlySet<string>;
  /** Whether those are left out too that are too many to be named. */
  restLeft: boolean;
}

export const ALL: Choice = { left: new Set(), restLeft: false };

export const isPossible = (file: ChangedFile): boolean => file.reason === null;

/** How many that can be committed are not named. */
export function rest({ files, possible }: Changes): number {
  return possible - files.filter(isPossible).length;
}

export function chosen({ files }: Changes, { left }: Choice): string[] {
  return files.filter((file) => isPossible(file) && !left.has(file.path)).map(({ path }) => path);
}

export function count(changes: Changes, choice: Choice): number {
  return chosen(changes, choice).length + (choice.restLeft ? 0 : rest(changes));
}

export function toggled(choice: Choice, path: string): Choice {
  const left = new Set(choice.left);
  if (!left.delete(path)) left.add(path);
  return { ...choice, left };
}

export function none({ files }: Changes): Choice {
  return { left: new Set(files.map(({ path }) => path)), restLeft: true };
}

/** The choice as the server takes it: by name, unless there are more than are named. */
export function asked(changes: Changes, choice: Choice): Pick<Commit, "paths" | "without"> {
  if (rest(changes) === 0 || choice.restLeft) return { paths: chosen(changes, choice), without: [] };
  const known = new Set(changes.files.filter(isPossible).map(({ path }) => path));
  return { paths: null, without: [...choice.left].filter((path) => known.has(path)) };
}

/** Why nothing can be committed yet; null when it can. */
export function missing(changes: Changes, choice: Choice, form: Omit<Commit, "paths" | "without" | "head">) {
  if (changes.refusal) return changes.refusal.message;
  if (changes.possible === 0) return "Nothing changed that can be committed.";
  if (count(changes, choice) === 0) return "Choose a file.";
  if (form.message.trim() === "") return "Write what it changes.";
  if (form.name.trim() === "") return "Write the author's name.";
  if (!/^[^\s<>@]+@[^\s<>@]+$/.test(form.email.trim())) return "Write the author's e-mail.";
  return null;
}
