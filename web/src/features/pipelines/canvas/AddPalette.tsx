/** The palette at the pointer: every operation of the project by typing, and ways to make what is not there yet. */
import { IconNote, IconPlus } from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useNavigate } from "react-router";
import { fittingPort, portOf } from "@/graph/connect";
import { fuzzyFilter } from "@/graph/fuzzy";
import type { GraphNode } from "@/graph/model";
import { type Operation, type Port, portsOf } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { liveGraph } from "@/state/graph";
import { failed } from "@/state/toasts";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { insert, insertNote } from "./inserting";
import { tellMade } from "./madeOperation";
import { createOperation, operationsNow } from "./newOperation";
import css from "./palette.module.css";
import { type PaletteRequest, useSessionStore } from "./session";

interface Entry {
  id: string;
  label: string;
  detail: string;
  ports?: { inputs: readonly Port[]; outputs: readonly Port[] };
  icon?: ReactNode;
  choose: () => void;
}

/** The entry that makes an operation of what was typed. */
const NEW = "+operation";
const WIDTH = 340;

export function AddPalette({ request }: { request: PaletteRequest }) {
  const session = useSessionStore();
  const board = useBoard();
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const before = useRef(document.activeElement as HTMLElement | null);
  const box = useRef<HTMLDivElement>(null);
  const entries = useEntries(request, text);
  const close = (restore: boolean) => {
    session.setState({ palette: null });
    if (restore) before.current?.focus({ preventScroll: true });
  };
  const [height, setHeight] = useState(0);
  // Once, as long as the list is at its longest: while somebody types it stays where it is.
  useLayoutEffect(() => setHeight(box.current?.offsetHeight ?? 0), []);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) session.setState({ palette: null });
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, [session]);
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    if (entry.id === NEW && !text.trim()) {
      field.current?.focus();
      return;
    }
    close(false);
    entry.choose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) setAt((now) => Math.max(0, Math.min(entries.length - 1, now + step)));
    else if (event.key === "Enter") choose(entries[at]);
    else if (event.key === "Escape") close(true);
    else if (event.key !== "Tab") return;
    event.preventDefault();
  };
  const rect = board.element?.getBoundingClientRect() ?? { left: 0, top: 0, width: WIDTH, height };
  const left = Math.max(8, Math.min(request.screen[0] - rect.left, rect.width - WIDTH - 8));
  const top = Math.max(8, Math.min(request.screen[1] - rect.top, rect.height - height - 8));
  return (
    <div
      ref={box}
      className={css.palette}
      style={{ left, top }}
      role="dialog"
      aria-label="Add to the pipeline"
    >
      <input
        ref={field}
        // biome-ignore lint/a11y/noAutofocus: it was opened to be typed into
        autoFocus
        className={css.field}
        role="combobox"
        aria-expanded
        aria-controls="add-list"
        aria-activedescendant={entries[at] && `add-${at}`}
        aria-label={
          request.from ? `What to connect with ${request.from.port || "the result"}` : "What to add"
        }
        placeholder={
          request.from ? `Connect ${request.from.port || "the result"} with…` : "Add an operation…"
        }
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={css.list} id="add-list" role="listbox" aria-label="Operations">
        {entries.map((entry, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={entry.id}
            id={`add-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className={css.entry}
            onClick={() => choose(entry)}
            onMouseMove={() => setAt(place)}
          >
            <span className={css.icon}>{entry.icon}</span>
            <span className={css.words}>
              <b>{entry.label}</b>
              <small>{entry.detail}</small>
            </span>
            {entry.ports && (
              <span className={css.ports} aria-hidden>
                {entry.ports.inputs.slice(0, 4).map((port) => (
                  <PortMark key={port.name} family={port.family} size={12} />
                ))}
                <i>→</i>
                {entry.ports.outputs.slice(0, 4).map((port) => (
                  <PortMark key={port.name} family={port.family} size={12} />
                ))}
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function useEntries(request: PaletteRequest, text: string): Entry[] {
  const { project, document: live } = useEditor();
  const operations = useOperations();
  const session = useSessionStore();
  const board = useBoard();
  const navigate = useNavigate();
  return useMemo(() => {
    const { at, from } = request;
    const facts = from && portOf(liveGraph(live).snapshot(), operations, from);
    const place = (id: string) => {
      board.select(new Set([id]));
      board.show([id]);
    };
    const all = [...operations.values()].flatMap((operation): Entry[] => {
      const ports = portsOf(bare(operation), operations);
      if (from && !fittingPort(facts, ports, from.side)) return [];
      const choose = () => place(insert(live, operations, operation.name, at, from));
      return [
        {
          id: operation.name,
          label: operation.name,
          detail: operation.doc.split("\n")[0] || operation.file || "built in",
          ports,
          choose,
        },
      ];
    });
    const found = fuzzyFilter(text, all, (entry) => [entry.label, entry.detail]);
    const wanted = text.trim();
    const fresh: Entry = {
      id: NEW,
      label: wanted ? `New operation ${wanted}` : "New operation…",
      detail: wanted ? "A file of its own, opened in the code editor" : "Type a name for it",
      icon: <IconPlus size={16} stroke={1.8} />,
      choose: () => {
        createOperation(project, wanted)
          .then((made) => {
            const node = insert(live, operationsNow(project), made.name, at, from);
            const here = window.location.pathname + window.location.search;
            tellMade(
              { live, project, operation: made, node },
              {
                message: `${made.name} is in ${made.path}.`,
                onGone: () => {
                  const shown = new URLSearchParams(window.location.search).get("path");
                  if (shown === made.path) navigate(here);
                },
              },
            );
            navigate(`/projects/${project}/code?path=${encodeURIComponent(made.path)}`);
          })
          .catch((error: unknown) => failed(error, "The operation was not made"));
      },
    };
    const note: Entry = {
      id: "+note",
      label: "Sticky note",
      detail: "Words beside the nodes, in Markdown",
      icon: <IconNote size={16} stroke={1.7} />,
      choose: () => {
        const id = insertNote(live, at);
        place(id);
        session.setState({ editingNote: id });
      },
    };
    const meansNote =
      !from && (wanted === "" || fuzzyFilter(wanted, [note], (one) => [one.label]).length > 0);
    return [...found, fresh, ...(meansNote ? [note] : [])];
  }, [request, text, project, live, operations, session, board, navigate]);
}

function bare(operation: Operation): GraphNode {
  return {
    id: "",
    name: "",
    operation: operation.name,
    attributes: {},
    references: {},
    inputs: {},
    resources: {},
    order: "",
  };
}
