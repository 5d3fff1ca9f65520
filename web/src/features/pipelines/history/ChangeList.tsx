/** The nodes that differ from a version, each with what it was, and the way to make it that again. */
import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { type KeyboardEvent, memo, type RefObject, useEffect, useRef } from "react";
import type { GraphDiff, NodeDiff } from "@/graph/diff";
import type { NodeId } from "@/graph/model";
import { putBack } from "@/graph/putBack";
import { Values } from "@/parts/history/Values";
import { liveGraph, write } from "@/state/graph";
import { failed } from "@/state/toasts";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { useEditor } from "../canvas/editor";
import { useShownHistory } from "./address";
import { useComparison } from "./comparison";
import css from "./history.module.css";
import { type Kind, SIGNS, useLook } from "./tour";
import { useVersion } from "./version";

export function ChangeList({ version }: { version: string }) {
  const { project, document: live } = useEditor();
  const { choose, readAs } = useShownHistory();
  const { problem, error } = useVersion(project, version, live.path);
  const found = useKnown(version);
  const list = useRef<HTMLUListElement>(null);
  const all = <Button onClick={() => choose(null)}>All versions</Button>;
  if (error) return <Failed what="This version cannot be shown" error={error} action={all} />;
  if (problem !== null)
    return (
      <Empty
        title="This version cannot be drawn"
        action={<Button onClick={() => readAs("text")}>Compare its text</Button>}
      >
        Its file could not be read: {problem} Its text can still be compared, and restored.
      </Empty>
    );
  if (!found.current) return <Loading what="the difference" />;
  const { diff, changes } = found.current;
  if (changes.length === 0)
    return (
      <Empty title="Nothing differs" action={all}>
        The nodes and connections are the same now.
      </Empty>
    );
  return (
    <ul className={css.changes} ref={list} aria-label="Changes" onKeyDown={walk}>
      {changes.map((id) => {
        const node = diff.nodes.get(id);
        return node && <Item key={id} id={id} diff={node} found={found} />;
      })}
    </ul>
  );
}

type Found = RefObject<{ diff: GraphDiff; changes: readonly NodeId[] } | null>;

/** What differs from the version, also while the canvas shows another one that is pointed at. */
function useKnown(version: string): Found {
  const found: Found = useRef(null);
  const diff = useComparison((state) => (state.version === version ? state.diff : null));
  const changes = useComparison((state) => state.changes);
  if (diff) found.current = { diff, changes };
  return found;
}

interface ItemProps {
  id: NodeId;
  diff: NodeDiff;
  found: Found;
}

const Item = memo(function Item({ id, diff, found }: ItemProps) {
  const { document: live } = useEditor();
  const look = useLook();
  const isLookedAt = useComparison((state) => state.at === id);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isLookedAt) item.current?.scrollIntoView({ block: "nearest" });
  }, [isLookedAt]);
  const back = usePutBack(found);
  const kind = diff.status as Kind;
  const node = diff.after ?? diff.before;
  return (
    <li ref={item} className={isLookedAt ? css.looked : undefined}>
      <button
        type="button"
        className={css.go}
        aria-current={isLookedAt ? "true" : undefined}
        data-go
        onClick={() => look(id)}
      >
        <i className={`${css.badge} ${css[kind]}`} aria-hidden>
          {SIGNS[kind]}
        </i>
        <b>{node?.name}</b>
        <small>{node?.operation}</small>
        <em className={css[kind]}>{kind}</em>
      </button>
      {diff.differences.length > 0 && <Values changes={diff.differences} />}
      {kind !== "added" && (
        <Button
          size="compact-xs"
          leftSection={<IconArrowBackUp size={13} />}
          disabled={!live.writable}
          aria-label={`Put back ${node?.name}`}
          title={kind === "removed" ? "Bring the node back" : "Give it the values and inputs that it had"}
          onClick={(event) => back(id, event.currentTarget)}
        >
          Put back
        </Button>
      )}
    </li>
  );
});

/** Makes one node what it was, as one step to undo; the focus goes on to the next change. */
function usePutBack(found: Found): (id: NodeId, button: HTMLElement) => void {
  const { document: live } = useEditor();
  return (id, button) => {
    const diff = found.current?.diff;
    if (!diff) return;
    const name = diff.before.nodes.get(id)?.name;
    const changes = putBack(diff, liveGraph(live).snapshot(), id);
    if (changes.length === 0)
      return failed(`What ${name} took is not there any more. Put that back first, or connect it by hand.`);
    const others = [...(button.closest("ul")?.querySelectorAll<HTMLElement>("[data-go]") ?? [])];
    const at = others.findIndex((one) => one.parentElement?.contains(button));
    (others[at + 1] ?? others[at - 1] ?? button.closest("aside"))?.focus();
    write(live, `put ${name} back`, changes);
  };
}

/** Arrows go from change to change, and the canvas with them. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-go]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = step === undefined || at < 0 ? undefined : all[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
