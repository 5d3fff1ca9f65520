/** The menu of a `MenuButton`. */
import { Menu } from "@mantine/core";
import { type RefObject, useEffect, useState } from "react";
import type { Action } from "@/state/actions";
import { ActionItems } from "./ActionItems";
import { Anchor } from "./Anchor";

interface ActionMenuProps {
  id: string;
  button: RefObject<HTMLButtonElement | null>;
  opened: boolean;
  onChange: (opened: boolean) => void;
  actions: readonly Action[];
  current?: string;
}

export default function ActionMenu({ id, button, opened, onChange, actions, current }: ActionMenuProps) {
  // It is there closed before it opens: what had the focus then has it again afterwards.
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(opened), [opened]);
  return (
    <Menu id={id} position="bottom-end" opened={shown} onChange={onChange}>
      <Menu.Target>
        <Anchor of={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <ActionItems actions={actions} current={current} />
      </Menu.Dropdown>
    </Menu>
  );
}
