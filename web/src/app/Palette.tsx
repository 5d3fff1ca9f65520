/** The command palette: everything that can be done, and everywhere one can go, by typing. */
import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import {
  type CSSProperties,
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { useNavigate, useParams } from "react-router";
import { api, ask } from "@/api/client";
import { useTyped } from "@/parts/typedAhead";
import {
  type Action,
  isPossible,
  keysOf,
  offered,
  perform,
  shownKeys,
  useBindings,
  useRegistry,
} from "@/state/actions";
import { Keys } from "@/ui/Keys";
import css from "./palette.module.css";
import { cornerAt, matching } from "./paletteSearch";
import { pointer } from "./pointer";

const MOST = 60;
const WIDTH = 600;
const HEIGHT = 480;

/** At the pointer when it is over a canvas, where adding something would put it. */
function useCorner(opened: boolean): CSSProperties | undefined {
  return useMemo(() => {
    if (!opened || !document.elementFromPoint(...pointer)?.closest("[data-canvas]")) return undefined;
    const { innerWidth: width, innerHeight: height } = window;
    const palette = { width: Math.min(WIDTH, width - 16), height: HEIGHT };
    return { position: "fixed", ...cornerAt(pointer, palette, { width, height }), width: palette.width };
  }, [opened]);
}

export default function Palette({ opened, close }: { opened: boolean; close: () => void }) {
  const corner = useCorner(opened);
  return (
    <Modal.Root
      opened={opened}
      onClose={close}
      returnFocus={false}
      yOffset="12vh"
      padding={0}
      size={WIDTH}
      centered={false}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Search or run a command" style={corner}>
        {opened && <Entries close={close} />}
      </Modal.Content>
    </Modal.Root>
  );
}

function Entries({ close }: { close: () => void }) {
  const [text, setText, field] = useTyped();
  const [at, setAt] = useState(0);
  const stack = useRegistry((registry) => registry.stack);
  const places = usePlaces();
  const own = useBindings((bindings) => bindings.own);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const commands = offered(stack).filter((action) => action.id !== "app.palette" && isPossible(action));
    const all = text.trim() === "" ? [...commands, ...places] : matching(text, commands, places);
    return all.slice(0, MOST);
  }, [stack, places, text]);
  useFocusGivenBack();
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const run = (action: Action | undefined) => {
    if (!action) return;
    flushSync(close); // the focus is back where it was when the action may take it
    perform(action);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[at]);
    }
  };
  return (
    <>
      <input
        ref={field}
        className={css.field}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[at] && `palette-${at}`}
        aria-label="Search or run a command"
        placeholder="Search or run a command"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={css.list} id="palette-list" role="listbox" aria-label="Commands" ref={list}>
        {found.map((action, place) => {
          const Icon = action.icon;
          const keys = keysOf(action, own)[0];
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={action.id}
              id={`palette-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === at}
              className={css.entry}
              onClick={() => run(action)}
              onMouseMove={() => setAt(place)}
            >
              <span className={css.icon}>{Icon && <Icon size={16} stroke={1.7} />}</span>
              <span className={css.label}>{action.label}</span>
              <span className={css.group}>{action.group}</span>
              {keys && <Keys keys={shownKeys(keys)} />}
            </div>
          );
        })}
        {found.length === 0 && <p className={css.none}>Nothing is called “{text}”.</p>}
      </div>
    </>
  );
}

/** What had the focus has it again as soon as the component is gone. */
function useFocusGivenBack(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}

/** Pipelines, operations and projects as things to go to. */
function usePlaces(): Action[] {
  const { project } = useParams();
  const navigate = useNavigate();
  const projects = useQuery({ queryKey: ["projects"], queryFn: () => ask(api.GET("/api/v1/projects")) });
  const detail = useQuery({
    queryKey: ["project", project],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}", { params: { path: { project: project! } } })),
    enabled: project !== undefined,
  });
  return useMemo(() => {
    const to = (id: string, label: string, group: string, address: string): Action => ({
      id,
      label,
      group,
      perform: () => navigate(address),
    });
    const inside = `/projects/${project}`;
    return [
      ...(detail.data?.pipelines ?? []).map(({ name }) =>
        to(`pipeline.${name}`, name, "Pipeline", `${inside}/pipelines/edit?name=${encodeURIComponent(name)}`),
      ),
      ...(detail.data?.operations ?? [])
        .filter(({ file }) => file)
        .map(({ name, file }) =>
          to(`operation.${name}`, name, "Operation", `${inside}/code?path=${encodeURIComponent(file)}`),
        ),
      ...(projects.data ?? [])
        .filter(({ id }) => id !== project)
        .map(({ id, name }) => to(`project.${id}`, name, "Project", `/projects/${id}/pipelines`)),
    ];
  }, [detail.data, projects.data, project, navigate]);
}
