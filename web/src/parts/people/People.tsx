/** Who is in a document: an avatar for each; a click on one follows that person's view. */
import { Button, Tooltip } from "@mantine/core";
import { Suspense, useId, useRef, useState } from "react";
import type { LiveDocument } from "@/state/document";
import { lazily, useOnceWanted } from "@/state/lazily";
import { initials, type Member, type User, useFollow, useMembers, useMyself } from "@/state/presence";
import css from "./people.module.css";

const RenameMyself = lazily(() => import("./RenameMyself"));

/** More than these are a number. */
const MOST = 5;

export function People({ document }: { document: LiveDocument }) {
  const people = useMembers(document);
  const { person: followed, follow, stop } = useFollow(document);
  const others = people.filter((person) => !person.mine);
  const shown = others.slice(0, MOST);
  return (
    <div className={css.people}>
      {followed && (
        <Button
          size="compact-xs"
          variant="default"
          className={css.following}
          onClick={stop}
          aria-label={`Stop following ${followed.user.name}`}
        >
          Following {followed.user.name}
        </Button>
      )}
      <ul className={css.avatars} aria-label="People here">
        {shown.map((person) => (
          <li key={person.client}>
            <Other
              person={person}
              followed={person.client === followed?.client}
              follow={follow}
              stop={stop}
            />
          </li>
        ))}
        {others.length > shown.length && <li className={css.more}>+{others.length - shown.length}</li>}
        <li>
          <Myself shown={people.find((person) => person.mine)?.user} />
        </li>
      </ul>
    </div>
  );
}

interface OtherProps {
  person: Member;
  followed: boolean;
  follow: (client: number) => void;
  stop: () => void;
}

function Other({ person, followed, follow, stop }: OtherProps) {
  const { name, color } = person.user;
  return (
    <Tooltip label={followed ? `Stop following ${name}` : `Follow ${name}`}>
      <button
        type="button"
        className={css.avatar}
        style={{ background: color }}
        aria-pressed={followed}
        aria-label={`${initials(name)}: Follow ${name}`}
        onClick={() => (followed ? stop() : follow(person.client))}
      >
        {initials(name)}
      </button>
    </Tooltip>
  );
}

function Myself({ shown }: { shown: User | undefined }) {
  const { rename, ...own } = useMyself();
  const { name, color } = shown ?? own;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const wanted = useOnceWanted(open);
  return (
    <>
      <Tooltip label={`${name} (you)`} disabled={open}>
        <button
          ref={button}
          type="button"
          className={css.avatar}
          style={{ background: color }}
          id={id}
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-controls={open ? `${id}-dropdown` : undefined}
          aria-label={`${initials(name)}: You are ${name}, choose another name`}
          onClick={() => setOpen(!open)}
        >
          {initials(name)}
        </button>
      </Tooltip>
      <Suspense>
        {wanted && (
          <RenameMyself
            id={id}
            button={button}
            name={name}
            rename={rename}
            opened={open}
            onChange={setOpen}
          />
        )}
      </Suspense>
    </>
  );
}
