/** The menu of a right click, or a long press: every action that has a key, with the key. */
import { Menu } from "@mantine/core";
import { useRef } from "react";
import { ActionItems } from "@/parts/ActionItems";
import { type Action, keysOf, offered, useRegistry } from "@/state/actions";
import { useBoard } from "./board";
import { type MenuRequest, useSessionStore } from "./session";

const FIRST: Record<MenuRequest["on"], string> = {
  node: "Nodes",
  note: "Nodes",
  edge: "Connections",
  canvas: "Canvas",
};

export default function ContextMenu({ menu }: { menu: MenuRequest }) {
  const session = useSessionStore();
  const board = useBoard();
  const stack = useRegistry((registry) => registry.stack);
  const before = useRef(document.activeElement as HTMLElement | null);
  const close = () => {
    session.setState({ menu: null });
    requestAnimationFrame(() => {
      // What was chosen may have turned to something else.
      if (document.activeElement === document.body) before.current?.focus({ preventScroll: true });
    });
  };
  const rect = board.element?.getBoundingClientRect();
  if (!rect) return null;
  const all = offered(stack).filter(
    (action) => !action.within && (keysOf(action).length > 0 || action.group === "Run"),
  );
  const [first, ...others] = grouped(all, FIRST[menu.on]);
  return (
    <Menu opened onClose={close} position="right-start" offset={2} withinPortal width={320}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          className="hidden-words"
          aria-label="Menu of the canvas"
          style={{ left: menu.screen[0] - rect.left, top: menu.screen[1] - rect.top }}
        />
      </Menu.Target>
      <Menu.Dropdown mah="80vh" style={{ overflow: "auto" }}>
        {first && <ActionItems actions={first.actions} />}
        <Menu.Divider />
        {others.map(({ group, actions }) => (
          <Menu.Sub key={group} closeDelay={150}>
            <Menu.Sub.Target>
              <Menu.Sub.Item>{group}</Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown mah="80vh" style={{ overflow: "auto" }}>
              <ActionItems actions={actions} />
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The actions by their groups, the one that was asked for before all others. */
function grouped(actions: readonly Action[], first: string): { group: string; actions: Action[] }[] {
  const names = new Set([first, ...actions.map((action) => action.group)]);
  return [...names]
    .map((group) => ({ group, actions: actions.filter((action) => action.group === group) }))
    .filter((one) => one.actions.length > 0);
}
