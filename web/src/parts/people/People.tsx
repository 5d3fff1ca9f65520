/** Who is in a document: an avatar for each; a click on one follows that person's view. */
import { Button, Popover, TextInput, Tooltip } from "@mantine/core";
import { useState } from "react";
import type { LiveDocument } from "@/state/document";
import {
  initials,
  LONGEST_NAME,
  type Member,
  type User,
  useFollow,
  useMembers,
  useMyself,
} from "@/state/presence";
import css from "./people.module.css";

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
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(name);
  const keep = () => {
    rename(typed);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Tooltip label={`${name} (you)`} disabled={open}>
          <button
            type="button"
            className={css.avatar}
            style={{ background: color }}
            aria-label={`${initials(name)}: You are ${name}, choose another name`}
            onClick={() => {
              setTyped(name);
              setOpen(!open);
            }}
          >
            {initials(name)}
          </button>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={css.rename}
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextInput
            label="Your name, as the others see it"
            size="xs"
            value={typed}
            maxLength={LONGEST_NAME}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <Button size="xs" type="submit">
            Keep
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
