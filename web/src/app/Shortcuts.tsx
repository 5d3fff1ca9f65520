/** The shortcut sheet: every command with its keys; click on the keys, or where they would be, to choose others. */
import { Button, Modal, TextInput } from "@mantine/core";
import { Fragment, useEffect, useMemo, useState } from "react";
import { keysIn, keysOf, offered, shownKeys, useBindings, useRegistry } from "@/state/actions";
import { Keys } from "@/ui/Keys";
import { count } from "@/ui/time";
import { allCommands, type Command, clashing } from "./commands";
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
  const here = useMemo(() => offered(stack), [stack]);
  const actions = useMemo(() => allCommands(here, own), [here, own]);
  const isHere = new Set(here.map(({ id }) => id));
  /** Give a command these keys, unless one of the others has them. */
  const give = (id: string, keys: string[], others: readonly Command[], wish: string[] | null) => {
    const taken = keys.map((one) => [one, clashing(id, one, others, own)] as const).find(([, by]) => by);
    const [one, by] = taken ?? [];
    setClash(
      one && by
        ? `${shownKeys(one).join(" ")} is taken by “${by.label}” (${by.group}). Give that other keys first.`
        : null,
    );
    if (!by) bind(id, wish);
  };
  /** What it has at first may be shared with others as they are at first, not with what the person chose. */
  const reset = ({ id, keys = [] }: Command) =>
    give(
      id,
      keys,
      actions.filter((other) => own[other.id]),
      null,
    );
  useTaken(taking, (keys) => {
    setTaking(null);
    if (keys !== null && taking !== null) give(taking, [keys], actions, [keys]);
  });
  const words = text.trim().toLowerCase();
  const found = actions.filter((action) =>
    `${action.label} ${action.group} ${action.words ?? ""} ${keysOf(action, own).join(" ")}`
      .toLowerCase()
      .includes(words),
  );
  const isShown = ({ id, keys }: Command) =>
    all || words !== "" || id === taking || (isHere.has(id) && keysOf({ id, keys }, own).length > 0);
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
                reset={own[action.id] ? () => reset(action) : undefined}
              />
            ))}
          </section>
        ))}
        {wanted.length === 0 && <p>No command is called “{text}”.</p>}
      </div>
      {hidden > 0 && (
        <Button className={css.more} mt="md" size="compact-sm" onClick={() => setAll(true)}>
          Show {count(hidden, "more command")}, without a key or of other views
        </Button>
      )}
    </>
  );
}

/** Those with keys first. */
const keyed = (actions: readonly Command[], own: Record<string, string[]>): Command[] => [
  ...actions.filter((action) => keysOf(action, own).length > 0),
  ...actions.filter((action) => keysOf(action, own).length === 0),
];

interface LineProps {
  action: Command;
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
        <Button variant="subtle" size="compact-sm" onClick={reset}>
          Reset
        </Button>
      )}
      <button type="button" className={css.keys} aria-pressed={taking} onClick={take}>
        <span className="hidden-words">Change the keys of {action.label}</span>
        {taking
          ? "press keys…"
          : keys.length > 0
            ? keys.map((one, at) => (
                <Fragment key={one}>
                  {at > 0 && " or "}
                  <Keys keys={shownKeys(one)} />
                </Fragment>
              ))
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
