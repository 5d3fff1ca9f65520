/** The shortcut sheet: every command with its keys; click on the keys, or where they would be, to choose others. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { type Action, keysIn, keysOf, offered, shownKeys, useBindings, useRegistry } from "@/state/actions";
import { Keys } from "@/ui/Keys";
import { count } from "@/ui/time";
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
  const [all, setAll] = useState(false);
  const actions = useMemo(() => offered(stack), [stack]);
  useTaken(taking, (keys) => {
    setTaking(null);
    if (keys === null || taking === null) return;
    const other = actions.find((action) => action.id !== taking && keysOf(action, own).includes(keys));
    setClash(
      other ? `${shownKeys(keys).join(" ")} is taken by “${other.label}”. Give that other keys first.` : null,
    );
    if (!other) bind(taking, [keys]);
  });
  const words = text.trim().toLowerCase();
  const found = actions.filter((action) =>
    `${action.label} ${action.group} ${action.words ?? ""} ${keysOf(action, own).join(" ")}`
      .toLowerCase()
      .includes(words),
  );
  const isShown = (action: Action) =>
    all || words !== "" || action.id === taking || keysOf(action, own).length > 0;
  const wanted = found.filter(isShown);
  const hidden = found.length - wanted.length;
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
            {keyed(
              wanted.filter((action) => action.group === group),
              own,
            ).map((action) => (
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
        {wanted.length === 0 && <p>No command is called “{text}”.</p>}
      </div>
      {hidden > 0 && (
        <Button mt="md" size="compact-sm" onClick={() => setAll(true)}>
          Show {count(hidden, "more command")} without a key
        </Button>
      )}
    </>
  );
}

/** Those with keys first. */
const keyed = (actions: readonly Action[], own: Record<string, string[]>): Action[] => [
  ...actions.filter((action) => keysOf(action, own).length > 0),
  ...actions.filter((action) => keysOf(action, own).length === 0),
];

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
        {taking
          ? "press keys…"
          : keys.length > 0
            ? keys.map((one) => <Keys key={one} keys={shownKeys(one)} />)
            : "no key"}
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
