/** The changed files, what differs in one of them, and the message that commits those that are chosen. */
import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { wordsOf } from "@/api/client";
import { shownKeys } from "@/state/actions";
import { Keys } from "@/ui/Keys";
import { useFocus } from "@/ui/useFocus";
import { AuthorFields } from "./AuthorFields";
import { useAuthor } from "./author";
import { ALL, asked, count, isPossible, missing, none } from "./choice";
import css from "./committing.module.css";
import { extent, FileList } from "./FileList";
import { NewBranch } from "./NewBranch";
import { closeCommit, keepMessage, useOpened } from "./opened";
import { type Changes, commit } from "./queries";
import { Shown } from "./Shown";

/** Letters of a first line that every list of commits shows whole. */
const FIRST_LINE = 72;

export function CommitForm({ project, changes }: { project: string; changes: Changes }) {
  const { remember, ...who } = useAuthor(changes);
  const message = useOpened(({ messages }) => messages[project] ?? "");
  const [choice, setChoice] = useState(ALL);
  const [shown, setShown] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const why = missing(changes, choice, { message, ...who.author });
  const number = count(changes, choice);
  const all = extent(changes, choice);
  const send = async () => {
    if (why !== null || busy) return;
    setBusy(true);
    try {
      await commit(project, { message, ...who.author, ...asked(changes, choice), head: changes.head });
      remember();
      keepMessage(project, "");
      closeCommit();
    } catch (problem) {
      setError(wordsOf(problem));
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };
  if (changes.refusal)
    return (
      <Refused
        project={project}
        changes={changes}
        message={changes.refusal.message}
        hint={changes.refusal.hint}
      />
    );
  if (changes.changed === 0)
    return (
      <p className={css.clean}>
        Nothing changed since the last commit{changes.branch && ` on ${changes.branch}`}.
      </p>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter acts wherever one is in it
    <div className={css.commit} onKeyDown={onKeyDown}>
      <div className={css.panes}>
        <div className={css.list}>
          <label className={css.all}>
            <input
              type="checkbox"
              checked={all === "all"}
              disabled={changes.possible === 0}
              ref={(box) => {
                if (box) box.indeterminate = all === "some";
              }}
              onChange={() => setChoice(all === "all" ? none(changes) : ALL)}
            />
            All
            <span className={`${css.number} number`}>
              {number.toLocaleString()} of {changes.changed.toLocaleString()}
            </span>
          </label>
          <FileList changes={changes} choice={choice} shown={shown} choose={setChoice} show={setShown} />
        </div>
        <section className={css.difference} aria-label="What changed in the file">
          <Shown project={project} file={changes.files.find(({ path }) => path === shown)} />
        </section>
      </div>
      <Message message={message} change={(words) => keepMessage(project, words)} />
      <AuthorFields {...who} />
      <Apart changes={changes} />
      <div className={css.foot}>
        {error ? (
          <p role="alert" className={css.error}>
            {error}
          </p>
        ) : (
          <p className={css.why} id="commit-why" aria-live="polite">
            {why ?? <Keys keys={shownKeys("Mod+Enter")} />}
          </p>
        )}
        <Button onClick={closeCommit}>Cancel</Button>
        <Button
          variant="filled"
          loading={busy}
          disabled={why !== null}
          aria-describedby={why === null ? undefined : "commit-why"}
          onClick={send}
        >
          {number === 1 ? "Commit 1 file" : `Commit ${number.toLocaleString()} files`}
        </Button>
      </div>
    </div>
  );
}

function Message({ message, change }: { message: string; change: (message: string) => void }) {
  const field = useFocus<HTMLTextAreaElement>();
  const first = message.split("\n", 1)[0]?.trim().length ?? 0;
  return (
    <Textarea
      ref={field}
      size="xs"
      autosize
      minRows={2}
      maxRows={8}
      data-autofocus
      classNames={{ label: css.label }}
      label={
        <>
          Message
          <span className={`${css.counter} number ${first > FIRST_LINE ? css.long : ""}`}>
            {first > FIRST_LINE ? `first line ${first} of ${FIRST_LINE} letters` : `${first} / ${FIRST_LINE}`}
          </span>
        </>
      }
      placeholder="What it changes, in a line; why, below an empty one"
      value={message}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** What git would do with a commit and DeepForge does not. */
function Apart({ changes: { hooks, signs } }: { changes: Changes }) {
  const words = [
    ...(hooks.length > 0 ? [`the repository's hooks (${hooks.join(", ")}) do not run`] : []),
    ...(signs ? ["the commit is not signed"] : []),
  ];
  if (words.length === 0) return null;
  const text = words.join(", and ");
  return <p className={css.apart}>From here {text}. Commit with git where that is needed.</p>;
}

interface RefusedProps {
  project: string;
  changes: Changes;
  message: string;
  hint: string;
}

function Refused({ project, changes, message, hint }: RefusedProps) {
  const detached = changes.branch === null && changes.head !== null && changes.changed > 0;
  return (
    <div className={css.form}>
      <p role="alert">
        <strong>{message}</strong> {hint}
      </p>
      {detached && changes.files.some(isPossible) && (
        <NewBranch project={project} head={changes.head ?? ""} />
      )}
    </div>
  );
}
