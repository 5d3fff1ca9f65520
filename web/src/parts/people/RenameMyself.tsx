/** The field for the name under which the others see one, below one's own avatar. */
import { Button, Popover, TextInput } from "@mantine/core";
import { type RefObject, useEffect, useState } from "react";
import { LONGEST_NAME } from "@/state/presence";
import { Anchor } from "../Anchor";
import css from "./people.module.css";

interface RenameMyselfProps {
  id: string;
  button: RefObject<HTMLButtonElement | null>;
  name: string;
  rename: (name: string) => void;
  opened: boolean;
  onChange: (opened: boolean) => void;
}

export default function RenameMyself({ id, button, name, rename, opened, onChange }: RenameMyselfProps) {
  // It is there closed before it opens: what had the focus then has it again afterwards.
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(opened), [opened]);
  return (
    <Popover
      id={id}
      opened={shown}
      onChange={onChange}
      position="bottom-end"
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <Anchor of={button} />
      </Popover.Target>
      <Popover.Dropdown>
        <NameField
          name={name}
          keep={(typed) => {
            rename(typed);
            onChange(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function NameField({ name, keep }: { name: string; keep: (name: string) => void }) {
  const [typed, setTyped] = useState(name);
  return (
    <form
      className={css.rename}
      onSubmit={(event) => {
        event.preventDefault();
        keep(typed);
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
  );
}
