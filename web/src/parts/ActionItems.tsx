/** The entries of a menu, made from actions; what makes no sense now is dimmed. */
import { Menu } from "@mantine/core";
import { Link } from "react-router";
import { type Action, isPossible, keysOf, perform, shownKeys, useBindings } from "@/state/actions";
import { Keys } from "@/ui/Keys";

interface ActionItemsProps {
  actions: readonly Action[];
  /** The id of the one that is in force, where they are choices. */
  current?: string;
}

export function ActionItems({ actions, current }: ActionItemsProps) {
  const own = useBindings((bindings) => bindings.own);
  return actions.map((action) => {
    const Icon = action.icon;
    const keys = keysOf(action, own)[0];
    const shown = {
      leftSection: Icon && <Icon size={15} stroke={1.7} />,
      rightSection: keys && <Keys keys={shownKeys(keys)} />,
      disabled: !isPossible(action),
      "aria-current": action.id === current || undefined,
      children: action.label,
    };
    return action.leadsTo === undefined ? (
      <Menu.Item key={action.id} {...shown} onClick={() => perform(action)} />
    ) : (
      <Menu.Item key={action.id} {...shown} component={Link} to={action.leadsTo} />
    );
  });
}
