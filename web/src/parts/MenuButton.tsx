/** A button that opens a menu of actions. The button is there at once, the menu is loaded in an idle moment. */
import { type ReactNode, type Ref, Suspense, useId, useRef, useState } from "react";
import type { Action } from "@/state/actions";
import { lazily, useOnceWanted } from "@/state/lazily";

const ActionMenu = lazily(() => import("./ActionMenu"));

interface ButtonOfMenu {
  ref: Ref<HTMLButtonElement>;
  id: string;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
  "aria-controls"?: string;
  onClick: () => void;
}

interface MenuButtonProps {
  actions: readonly Action[];
  /** The id of the one that is in force, where they are choices. */
  current?: string;
  /** Draws the button. */
  children: (button: ButtonOfMenu) => ReactNode;
}

export function MenuButton({ actions, current, children }: MenuButtonProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const wanted = useOnceWanted(opened);
  return (
    <>
      {children({
        ref: button,
        id,
        "aria-haspopup": "menu",
        "aria-expanded": opened,
        "aria-controls": opened ? `${id}-dropdown` : undefined,
        onClick: () => setOpened(!opened),
      })}
      {wanted && (
        <Suspense>
          <ActionMenu
            id={id}
            button={button}
            opened={opened}
            onChange={setOpened}
            actions={actions}
            current={current}
          />
        </Suspense>
      )}
    </>
  );
}
