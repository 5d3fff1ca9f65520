/** The buttons that run and stop the pipeline, for the header. */
import { Button } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { ActionButton } from "@/parts/ActionButton";
import { MenuButton } from "@/parts/MenuButton";
import { type Action, isPossible, offered, useRegistry } from "@/state/actions";
import { RUN, STOP } from "./actions";
import css from "./run.module.css";

export function RunButtons({ actions }: { actions: readonly Action[] }) {
  const run = actions.find((action) => action.id === RUN);
  const stop = actions.find((action) => action.id === STOP);
  if (!run || !stop) return null;
  return (
    <>
      {isPossible(stop) && <ActionButton action={stop}>Stop</ActionButton>}
      <Button.Group>
        <ActionButton action={run} variant="filled" />
        <MenuButton actions={actions.filter((action) => action !== run)}>
          {(button) => (
            <Button variant="filled" className={css.more} aria-label="More ways to run" {...button}>
              <IconChevronDown size={14} />
            </Button>
          )}
        </MenuButton>
      </Button.Group>
    </>
  );
}

/** Run, where there is nothing to show yet. */
export function RunIt() {
  const stack = useRegistry((registry) => registry.stack);
  const run = offered(stack).find((action) => action.id === RUN);
  return run && <ActionButton action={run}>Run the pipeline</ActionButton>;
}
