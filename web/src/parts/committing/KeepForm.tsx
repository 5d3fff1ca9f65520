/** How a project that is in no repository is put in one. */
import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { wordsOf } from "@/api/client";
import { AuthorFields } from "./AuthorFields";
import { useAuthor } from "./author";
import css from "./committing.module.css";
import { closeCommit } from "./opened";
import { type Changes, keepInGit } from "./queries";

export function KeepForm({ project, changes }: { project: string; changes: Changes }) {
  const { remember, ...who } = useAuthor(changes);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const keep = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await keepInGit(project, who.author.name, who.author.email);
      remember();
      closeCommit();
    } catch (problem) {
      setError(wordsOf(problem));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={keep} className={css.form} noValidate>
      <p>
        The project's folder becomes a git repository with a branch <code>main</code>, and all its files are
        its first commit. A <code>.gitignore</code> for caches, secrets and outputs is added, unless there is
        one.
      </p>
      <AuthorFields {...who} first />
      {error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
      <Button type="submit" variant="filled" loading={busy} data-autofocus={who.isKnown || undefined}>
        Keep in git
      </Button>
    </form>
  );
}
