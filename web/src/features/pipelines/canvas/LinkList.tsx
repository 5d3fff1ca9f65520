/** Connecting by keys: choose a port of the node, then one of those that it may be connected with. */
import { Modal } from "@mantine/core";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { candidates, type End } from "@/graph/connect";
import { connect } from "@/graph/editing";
import { fuzzyFilter } from "@/graph/fuzzy";
import { portsOf, signature } from "@/graph/operation";
import { PortMark } from "@/parts/graph/PortMark";
import { useTyped } from "@/parts/typedAhead";
import { liveGraph, write } from "@/state/graph";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import css from "./palette.module.css";
import { useSessionStore } from "./session";

export default function LinkList({ node }: { node: string }) {
  const session = useSessionStore();
  const board = useBoard();
  const close = () => {
    session.setState({ linking: null });
    requestAnimationFrame(() => board.focus(node));
  };
  return (
    <Modal.Root
      opened
      onClose={close}
      padding={0}
      size={460}
      yOffset="14vh"
      centered={false}
      returnFocus={false}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Connect">
        <Lines node={node} close={close} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Lines({ node, close }: { node: string; close: () => void }) {
  const { document: live } = useEditor();
  const operations = useOperations();
  const [from, setFrom] = useState<End | null>(null);
  const [text, setText, field] = useTyped();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const graph = liveGraph(live).snapshot();
  const name = graph.nodes.get(node)?.name ?? "";
  const lines = useMemo(() => {
    const mine = graph.nodes.get(node);
    if (!mine) return [];
    if (from) {
      return candidates(graph, operations, from).map(({ facts, ...end }) => ({
        end: end as End,
        facts,
        label: `${graph.nodes.get(end.node)?.name}.${facts.name}`,
      }));
    }
    const ports = portsOf(mine, operations);
    return [...ports.outputs, ...ports.inputs]
      .filter((port) => port.known)
      .map((facts) => ({
        end: { node, port: facts.name, side: facts.side } as End,
        facts,
        label: `${facts.side} ${facts.name}`,
      }));
  }, [graph, operations, node, from]);
  const found = fuzzyFilter(text, lines, (line) => [line.label, line.facts.annotation ?? ""]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const choose = (line: (typeof lines)[number] | undefined) => {
    if (!line) return;
    setText("");
    setAt(0);
    if (!from) setFrom(line.end);
    else {
      write(live, `connect ${name} with ${line.label}`, connect(graph, from, line.end));
      close();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((now) => Math.max(0, Math.min(found.length - 1, now + step)));
    else if (event.key === "Enter") choose(found[at]);
    else if (event.key === "Backspace" && text === "" && from) setFrom(null);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={field}
        className={`${css.field} ${css.wide}`}
        role="combobox"
        aria-expanded
        aria-controls="link-list"
        aria-activedescendant={found[at] && `link-${at}`}
        aria-label={from ? `Where ${from.side} ${from.port} of ${name} goes` : `Which port of ${name}`}
        placeholder={from ? `Connect ${name}.${from.port} with…` : `Connect which port of ${name}?`}
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        className={css.list}
        id="link-list"
        role="listbox"
        aria-label={from ? "Ports that fit" : "Ports"}
        ref={list}
      >
        {found.map((line, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={`${line.end.node} ${line.label}`}
            id={`link-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className={css.entry}
            onClick={() => choose(line)}
            onMouseMove={() => setAt(place)}
          >
            <PortMark family={line.facts.family} />
            <span className={css.words}>
              <b>{line.label}</b>
              <small>{signature(line.facts)}</small>
            </span>
          </div>
        ))}
        {found.length === 0 && <p className={css.none}>{noneWords(lines.length > 0, from !== null)}</p>}
      </div>
    </>
  );
}

/** Why no line is shown: none has the words that were typed, or there is none. */
function noneWords(hasLines: boolean, isChosen: boolean): string {
  if (hasLines) return "No port has these words in its name.";
  return isChosen ? "There is no port that fits." : "This node has no ports.";
}
