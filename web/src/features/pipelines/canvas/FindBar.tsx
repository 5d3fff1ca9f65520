/** Find in this pipeline: names, attributes and the code of its operations; Enter goes to the next. */
import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { find } from "@/graph/search";
import { sourceOf } from "@/parts/code/sources";
import { useTyped } from "@/parts/typedAhead";
import { useGraph } from "@/state/graph";
import { motion, useBoard } from "./board";
import css from "./canvas.module.css";
import { useEditor, useOperations } from "./editor";
import { useSessionStore } from "./session";

/** `times` grows whenever somebody asks to find something: then the field is turned to. */
export default function FindBar({ times }: { times: number }) {
  const { document: live } = useEditor();
  const operations = useOperations();
  const graph = useGraph(live);
  const board = useBoard();
  const session = useSessionStore();
  const [text, setText, field] = useTyped();
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (times > 1) field.current?.select();
  }, [times, field]);
  const { code, error } = useCode(graph.nodes);
  const hits = useMemo(() => find(graph, operations, code, text), [graph, operations, code, text]);
  const hit = hits[at % Math.max(1, hits.length)];
  const go = (place: number) => {
    const next = hits.length === 0 ? 0 : (place + hits.length) % hits.length;
    setAt(next);
    const found = hits[next];
    if (!found) return;
    board.select(new Set([found.id]));
    const node = board.nodes.find((one) => one.id === found.id);
    if (!node) return;
    const box = board.box(node);
    void board.flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
      zoom: Math.max(board.zoom, 0.7),
      duration: motion(150),
    });
  };
  const close = () => {
    session.setState({ finding: 0 });
    const [first] = session.getState().selection;
    if (first) board.focus(first);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter") go(text === asked ? at + (event.shiftKey ? -1 : 1) : 0);
    else return;
    setAsked(text);
    event.preventDefault();
  };
  const [asked, setAsked] = useState("");
  return (
    <search className={css.find}>
      <input
        ref={field}
        aria-label="Find in this pipeline"
        placeholder="Find nodes, values, code"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <span className={css.count} role="status">
        {text.trim() === ""
          ? ""
          : hits.length === 0
            ? "nothing"
            : `${(at % hits.length) + 1} of ${hits.length}`}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label="The one before"
        disabled={hits.length === 0}
        onClick={() => go(at - 1)}
      >
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label="The next one"
        disabled={hits.length === 0}
        onClick={() => go(at + 1)}
      >
        <IconChevronDown size={15} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Close" onClick={close}>
        <IconX size={15} />
      </ActionIcon>
      {error && <p className={css.found}>The code is not searched: {error.message}</p>}
      {hit && (
        <p className={css.found}>
          <b>{graph.nodes.get(hit.id)?.name ?? "note"}</b> {hit.where}
          {hit.line !== undefined && ` line ${hit.line}`}: <code>{hit.text.slice(0, 120)}</code>
        </p>
      )}
    </search>
  );
}

/** The source of the operations that these nodes run. */
function useCode(nodes: ReadonlyMap<string, { operation: string }>) {
  const { project } = useEditor();
  const operations = useOperations();
  const files = useMemo(() => {
    const found = new Set<string>();
    for (const node of nodes.values()) {
      const file = operations.get(node.operation)?.file;
      if (file) found.add(file);
    }
    return [...found].sort();
  }, [nodes, operations]);
  const { data, error } = useQuery({
    queryKey: ["project", project, "sources", files],
    queryFn: async () =>
      new Map(await Promise.all(files.map(async (path) => [path, await sourceOf(project, path)] as const))),
    placeholderData: keepPreviousData,
  });
  return { code: data ?? NO_CODE, error };
}

const NO_CODE: ReadonlyMap<string, string> = new Map();
