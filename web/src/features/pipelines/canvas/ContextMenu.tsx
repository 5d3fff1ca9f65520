/** The menu of a right click, or a long press: every action that has a key, with the key. */
import { Menu } from "@mantine/core";
import { ActionItems } from "@/parts/ActionButton";
import { type Action, isPossible } from "@/state/actions";
import { useBoard } from "./board";
import { type MenuRequest, useCanvas, useSessionStore } from "./session";

const FIRST: Record<MenuRequest["on"], string> = {
  node: "Nodes",
  note: "Nodes",
  edge: "Connections",
  canvas: "Canvas",
};

export function ContextMenu({ actions }: { actions: readonly Action[] }) {
  const menu = useCanvas((state) => state.menu);
  const session = useSessionStore();
  const board = useBoard();
  const rect = board.element?.getBoundingClientRect();
  if (!menu || !rect) return null;
  const first = actions.filter((action) => action.group === FIRST[menu.on] && isPossible(action));
  const rest = actions.filter(
    (action) => !first.includes(action) && action.group !== "Moving around" && isPossible(action),
  );
  return (
    <Menu
      key={menu.screen.join()}
      opened
      onClose={() => session.setState({ menu: null })}
      position="right-start"
      offset={2}
      withinPortal
      width={280}
      returnFocus
    >
      <Menu.Target>
        <span
          style={{
            position: "absolute",
            left: menu.screen[0] - rect.left,
            top: menu.screen[1] - rect.top,
            width: 1,
            height: 1,
          }}
        />
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflow: "auto" }}>
        <ActionItems actions={first} />
        {first.length > 0 && rest.length > 0 && <Menu.Divider />}
        <ActionItems actions={rest} />
      </Menu.Dropdown>
    </Menu>
  );
}
