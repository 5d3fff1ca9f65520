/** The changed files, with what happened to each, whether it is committed, and why it cannot be. */
import type { KeyboardEvent } from "react";
import { type Choice, chosen, isPossible, rest, toggled } from "./choice";
import css from "./committing.module.css";
import type { Changes } from "./queries";

const LETTERS = { added: "A", modified: "M", deleted: "D" } as const;

interface FileListProps {
  changes: Changes;
  choice: Choice;
  shown: string | null;
  choose: (choice: Choice) => void;
  show: (path: string) => void;
}

export function FileList({ changes, choice, shown, choose, show }: FileListProps) {
  const more = rest(changes);
  const unnamed = changes.changed - changes.files.length;
  const reached = shown ?? changes.files[0]?.path;
  return (
    <ul className={css.files} data-files aria-label="Changed files">
      {changes.files.map((file) => {
        const tabIndex = file.path === reached ? 0 : -1;
        return (
          <li key={file.path} className={file.path === shown ? css.shown : undefined}>
            <input
              type="checkbox"
              aria-label={`Commit ${file.path}`}
              tabIndex={tabIndex}
              data-row
              disabled={!isPossible(file)}
              checked={isPossible(file) && !choice.left.has(file.path)}
              onChange={() => choose(toggled(choice, file.path))}
              onKeyDown={walk}
            />
            <button
              type="button"
              tabIndex={tabIndex}
              data-row
              aria-pressed={file.path === shown}
              onClick={() => show(file.path)}
              onKeyDown={walk}
            >
              <b className={css[file.change]}>{LETTERS[file.change]}</b>
              <span className={css.path}>{file.path}</span>
              <small>{file.change}</small>
              {file.reason && <small className={css.reason}>{file.reason}</small>}
            </button>
          </li>
        );
      })}
      {unnamed > 0 && (
        <li>
          <input
            type="checkbox"
            aria-label="Commit those that are not shown"
            disabled={more === 0}
            checked={more > 0 && !choice.restLeft}
            onChange={() => choose({ ...choice, restLeft: !choice.restLeft })}
          />
          <span className={css.rest}>and {unnamed.toLocaleString()} more</span>
        </li>
      )}
    </ul>
  );
}

/** Whether all, none or some are chosen, as a checkbox shows it. */
export function extent(changes: Changes, choice: Choice): "all" | "none" | "some" {
  const named = chosen(changes, choice).length;
  const more = rest(changes);
  if (named + (choice.restLeft ? 0 : more) === 0) return "none";
  return named + more === changes.possible && !(choice.restLeft && more > 0) ? "all" : "some";
}

/** Arrows go from file to file, in the column one is in. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const kind = event.currentTarget.tagName;
  const all = event.currentTarget
    .closest("[data-files]")
    ?.querySelectorAll<HTMLElement>(`${kind}[data-row]:not(:disabled)`);
  const lines = [...(all ?? [])];
  lines[lines.indexOf(event.currentTarget) + step]?.focus();
}
