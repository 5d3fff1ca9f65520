/** The shortcut sheet: every command with its keys; click on the keys to choose others. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { type Action, keysIn, keysOf, offered, shownKeys, useBindings, useRegistry } from "@/state/actions";
import { Keys } from "@/ui/Keys";
import css from "./palette.module.css";

export default function Shortcuts({ close }: { close: () => void }) {
  return (
    <Modal opened onClose={close} title="Keyboard shortcuts" size={860}>
      <Sheet />
    </Modal>
  );
}

function Sheet() {
  const [text, setText] = useState("");
  const [taking, setTaking] = useState<string | null>(null);
  const [clash, setClash] = useState<string | null>(null);
  const stack = useRegistry((registry) => registry.stack);
  const { own, bind } = useBindings();
  const actions = useMemo(
    () => offered(stack).filter((action) => action.keys || own[action.id]),
    [stack, own],
  );
  useTaken(taking, (keys) => {
    setTaking(null);
    if (keys === null || taking === null) return;
    const other = actions.find((action) => action.id !== taking && keysOf(action, own).includes(keys));
    setClash(
      other ? `${shownKeys(keys).join(" ")} is taken by “${other.label}”. Give that other keys first.` : null,
    );
    if (!other) bind(taking, [keys]);
  });
  const wanted = actions.filter((action) =>
    `${action.label} ${action.group} ${keysOf(action, own).join(" ")}`
      .toLowerCase()
      .includes(text.toLowerCase()),
  );
  const groups = [...new Set(wanted.map((action) => action.group))];
  return (
    <>
      <TextInput
        placeholder="Search shortcuts"
        aria-label="Search shortcuts"
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {clash && (
        <p className={css.clash} role="alert">
          {clash}
        </p>
      )}
      <div className={css.sheet}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            {wanted
              .filter((action) => action.group === group)
              .map((action) => (
                <Line
                  key={action.id}
                  action={action}
                  keys={keysOf(action, own)}
                  taking={taking === action.id}
                  take={() => {
                    setClash(null);
                    setTaking(action.id);
                  }}
                  reset={own[action.id] ? () => bind(action.id, null) : undefined}
                />
              ))}
          </section>
        ))}
        {wanted.length === 0 && <p>No shortcut is called “{text}”.</p>}
      </div>
    </>
  );
}

interface LineProps {
  action: Action;
  keys: string[];
  taking: boolean;
  take: () => void;
  reset?: () => void;
}

function Line({ action, keys, taking, take, reset }: LineProps) {
  return (
    <div className={css.line}>
      <span>{action.label}</span>
      {reset && (
        <Button variant="subtle" size="compact-xs" onClick={reset}>
          Reset
        </Button>
      )}
      <button type="button" className={css.keys} aria-pressed={taking} onClick={take}>
        <span className="hidden-words">Change the keys of {action.label}</span>
        {taking ? "press keys…" : keys.map((one) => <Keys key={one} keys={shownKeys(one)} />)}
      </button>
    </div>
  );
}

/** Take the next keys that are pressed; Escape gives up (null). */
function useTaken(active: string | null, taken: (keys: string | null) => void): void {
  useEffect(() => {
    if (active === null) return;
    const listen = (event: KeyboardEvent) => {
      if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      taken(event.key === "Escape" ? null : keysIn(event));
    };
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  });
}
