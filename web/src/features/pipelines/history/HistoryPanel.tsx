/** Beside the canvas: the versions of the pipeline, what differs from one of them, and what can be done with it. */
import { ActionIcon, SegmentedControl } from "@mantine/core";
import { IconExternalLink, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { Link, useNavigate } from "react-router";
import { historyOf } from "@/parts/history/address";
import { NOW, useHistory } from "@/parts/history/queries";
import { Timeline } from "@/parts/history/Timeline";
import { VersionBar } from "@/parts/history/VersionBar";
import { Ago } from "@/ui/Time";
import { useBoard } from "../canvas/board";
import { useEditor } from "../canvas/editor";
import { useShownHistory } from "./address";
import { ChangeList } from "./ChangeList";
import { useComparisonStore } from "./comparison";
import css from "./history.module.css";
import { Lines } from "./Lines";
import { useTour } from "./tour";
import { useTitle, useVersion } from "./version";

/** Milliseconds that a version is pointed at before the canvas shows it. */
const REST = 180;

/** `close`: in place of closing all of it. */
export default function HistoryPanel({ close }: { close?: () => void }) {
  const { project, name, document: live } = useEditor();
  const navigate = useNavigate();
  const shown = useShownHistory();
  const panel = useRef<HTMLElement>(null);
  const point = usePointing(shown.version);
  const { go } = useTour();
  useFocus(panel);
  const onKeyDown = (event: KeyboardEvent) => {
    const isField = /^(INPUT|TEXTAREA)$/.test((event.target as Element).tagName);
    if (isField || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") (close ?? shown.close)();
    else if (event.key === "n" || event.key === "N") go(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <aside className={css.panel} aria-label="History" ref={panel} tabIndex={-1} onKeyDown={onKeyDown}>
      <header className={css.head}>
        <h2>History of {name}</h2>
        <ActionIcon
          component={Link}
          to={historyOf(project, live.path)}
          variant="subtle"
          color="gray"
          aria-label="All that its versions changed"
          title="All that its versions changed"
        >
          <IconExternalLink size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Close the history"
          onClick={close ?? shown.close}
        >
          <IconX size={16} />
        </ActionIcon>
      </header>
      <div className={css.versions}>
        <Timeline
          project={project}
          path={live.path}
          selected={shown.version}
          against={null}
          onSelect={(version) => shown.choose(version?.id === shown.version ? null : (version?.id ?? null))}
          onCompare={(other) => {
            const both = new URLSearchParams({ path: live.path, version: shown.version ?? NOW });
            if (other !== NOW) both.set(shown.version ? "with" : "version", other.id);
            navigate(`${historyOf(project)}?${both}`);
          }}
          onPoint={(version) => point(version?.id ?? null)}
        />
      </div>
      {shown.version === null ? (
        <footer className={css.hint}>
          <p>Choose a version to see on the canvas what has changed since.</p>
          <VersionBar project={project} version={NOW} title="Now" path={live.path} />
        </footer>
      ) : (
        <Chosen key={shown.version} version={shown.version} />
      )}
    </aside>
  );
}

function Chosen({ version }: { version: string }) {
  const { project, document: live } = useEditor();
  const { asText, readAs } = useShownHistory();
  const title = useTitle(project, live.path, version);
  const { error } = useVersion(project, version, live.path);
  const { data } = useHistory(project, live.path, "");
  const facts = useMemo(
    () => data?.pages.flatMap((page) => page.versions).find(({ id }) => id === version),
    [data, version],
  );
  return (
    <section className={css.chosen} aria-label={title}>
      <div className={css.facts}>
        <h3>{title}</h3>
        {facts && (
          <p>
            <Ago time={facts.at} /> by {facts.authors.join(", ") || "another program"}
          </p>
        )}
        {!error && (
          <VersionBar
            project={project}
            version={version}
            title={title}
            path={live.path}
            own={facts?.kind === "commit"}
          />
        )}
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="How the difference is shown"
          value={asText ? "text" : "drawing"}
          onChange={(form) => readAs(form as "drawing" | "text")}
          data={[
            { value: "drawing", label: "Changes" },
            { value: "text", label: "Text" },
          ]}
        />
      </div>
      {asText ? <Lines version={version} /> : <ChangeList version={version} />}
    </section>
  );
}

/** Point at a version; the canvas follows when one rests there, until another is chosen. */
function usePointing(chosen: string | null): (version: string | null) => void {
  const store = useComparisonStore();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wanted = useRef<string | null>(null);
  // In the commit that shows the other one: whoever points right after that is not unheard.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that another is chosen
  useLayoutEffect(
    () => () => {
      clearTimeout(timer.current);
      wanted.current = null;
      store.setState({ pointed: null });
    },
    [store, chosen],
  );
  return (version) => {
    if (version === wanted.current) return;
    wanted.current = version;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => store.setState({ pointed: version }), REST);
  };
}

/** The focus comes here when a command opened the panel, and goes back where it was when it is closed. */
function useFocus(panel: { current: HTMLElement | null }): void {
  const store = useComparisonStore();
  const board = useBoard();
  useEffect(() => {
    const { opener } = store.getState();
    if (opener) panel.current?.focus({ preventScroll: true });
    return () => {
      store.setState({ opener: null });
      const { activeElement } = document;
      const isFree = activeElement === document.body || panel.current?.contains(activeElement);
      if (!opener || !isFree) return;
      const isThere = opener.isConnected && opener !== document.body && opener instanceof HTMLElement;
      (isThere ? opener : board.element)?.focus({ preventScroll: true });
    };
  }, [store, board, panel]);
}
