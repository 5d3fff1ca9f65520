/** Buttons made from actions. */
import { ActionIcon, Button, type ButtonProps, Tooltip } from "@mantine/core";
import { type Action, isPossible, keysOf, perform, shownKeys, useBindings } from "@/state/actions";
import { Keys } from "@/ui/Keys";

/** Its label and its keys, for a tooltip. */
function ActionHint({ action }: { action: Action }) {
  const own = useBindings((bindings) => bindings.own);
  const keys = keysOf(action, own)[0];
  return (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
      {action.label}
      {keys && <Keys keys={shownKeys(keys)} />}
    </span>
  );
}

interface ActionButtonProps extends ButtonProps {
  action: Action;
  /** In place of the label. */
  children?: string;
}

export function ActionButton({ action, children, ...rest }: ActionButtonProps) {
  const Icon = action.icon;
  return (
    <Tooltip label={<ActionHint action={action} />}>
      <Button
        leftSection={Icon && <Icon size={15} stroke={1.8} />}
        disabled={!isPossible(action)}
        onClick={() => perform(action)}
        {...rest}
      >
        {children ?? action.label}
      </Button>
    </Tooltip>
  );
}

/** A button that is only an icon; its label is told on hover and to screen readers. */
export function ActionMark({ action, size = "md" }: { action: Action; size?: string }) {
  const Icon = action.icon;
  return (
    <Tooltip label={<ActionHint action={action} />}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={size}
        aria-label={action.label}
        disabled={!isPossible(action)}
        onClick={() => perform(action)}
      >
        {Icon && <Icon size={17} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  );
}
