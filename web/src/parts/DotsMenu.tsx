/** The menu of one thing of several: three dots with what can be done to it. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { Action } from "@/state/actions";
import { ActionItems } from "./ActionItems";

interface DotsMenuProps {
  /** What the thing is called. */
  name: string;
  actions: readonly Action[];
  className?: string;
  size?: string | number;
  /** Where it is opened in another way as well. */
  opened?: boolean;
  onChange?: (opened: boolean) => void;
}

export function DotsMenu({ name, actions, className, size = 24, opened, onChange }: DotsMenuProps) {
  return (
    <Menu position="bottom-end" opened={opened} onChange={onChange}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={className}
          size={size}
          aria-label={`Actions for ${name}`}
        >
          <IconDots size={16} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ActionItems actions={actions} />
      </Menu.Dropdown>
    </Menu>
  );
}
