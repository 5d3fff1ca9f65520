/** The interface of an operation as a drawing: inputs left, outputs right, attributes below; all can be edited. */
import { ActionIcon, Button, Textarea, Tooltip, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconLink, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { familyOf } from "@/graph/family";
import { PortMark } from "@/parts/graph/PortMark";
import { NameModal } from "@/parts/NameModal";
import type { LiveDocument } from "@/state/document";
import { failed } from "@/state/toasts";
import { Empty, Loading } from "@/ui/Empty";
import { addressOf } from "../files";
import { type Change, edit, type Part } from "./edits";
import css from "./interface.module.css";
import { type Asked, type Port, PortDialog, placeAmongAll, portsOf } from "./PortDialog";
import type { Known, Operation } from "./useInterface";

interface InterfacePanelProps {
  document: LiveDocument;
  project: string;
  path: string;
  known: Known;
}

export function InterfacePanel({ document, project, path, known }: InterfacePanelProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [renaming, setRenaming] = useState(false);
  const { operation, current, problems } = known;
  const writable = document.writable && current;
  if (!operation) {
    const [first] = problems;
    if (!first) return <Loading what="the interface" />;
    const line = first.place.line ?? 1;
    return (
      <Empty
        title="No interface yet"
        action={
          <Button component={Link} to={addressOf(project, path, line)}>
            Go to line {line}
          </Button>
        }
      >
        {first.message} {first.hint}
      </Empty>
    );
  }
  const apply = (label: string, changes: readonly Change[]) =>
    edit({ document, project, path }, operation.name, label, changes);
  const said = (label: string, change: Change) => apply(label, [change]).catch((error) => failed(error));
  const ports = (part: Part, title: string) => (
    <Ports
      part={part}
      title={title}
      operation={operation}
      writable={writable}
      onOpen={(index) => setAsked({ part, index })}
      onMove={(name, at) => {
        const place = placeAmongAll(operation, part, at);
        void said(`Move ${name}`, { deed: "move", part, name, at: place });
      }}
    />
  );
  return (
    <section className={css.panel} data-current={current} aria-label="Interface">
      {!current && (
        <p className={css.stale} role="alert">
          <IconAlertTriangle size={15} aria-hidden />
          <span>
            The source cannot be read
            {problems[0]?.place.line ? ` (line ${problems[0].place.line})` : ""}; this is how it was last.
          </span>
        </p>
      )}
      <article className={css.node}>
        <header>
          <h2>{operation.name}</h2>
          <span>{operation.form}</span>
          <Tooltip label="Rename the operation">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label="Rename the operation"
              disabled={!writable}
              onClick={() => setRenaming(true)}
            >
              <IconPencil size={14} />
            </ActionIcon>
          </Tooltip>
        </header>
        <div className={css.sides}>
          {ports("input", "Inputs")}
          {ports("output", "Outputs")}
        </div>
      </article>
      {ports("attribute", "Attributes")}
      {ports("reference", "References")}
      <Documentation
        key={operation.doc}
        doc={operation.doc ?? ""}
        writable={writable}
        onDone={(value) => void said("Documentation", { deed: "doc", value })}
      />
      {asked && (
        <PortDialog operation={operation} asked={asked} onClose={() => setAsked(null)} apply={apply} />
      )}
      {renaming && (
        <NameModal
          title={`Rename ${operation.name}`}
          label="Name, in pipelines too"
          first={operation.name}
          deed="Rename"
          onClose={() => setRenaming(false)}
          onDone={async (to) => {
            if (to !== operation.name)
              await apply(`Rename ${operation.name}`, [{ deed: "operation", value: to }]);
            setRenaming(false);
          }}
        />
      )}
    </section>
  );
}

interface PortsProps {
  part: Part;
  title: string;
  operation: Operation;
  writable: boolean;
  onOpen: (index: number | null) => void;
  onMove: (name: string, at: number) => void;
}

function Ports({ part, title, operation, writable, onOpen, onMove }: PortsProps) {
  const ports = portsOf(operation, part);
  const isBelow = part === "attribute" || part === "reference";
  return (
    <section className={isBelow ? css.attribute : css[part]} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {ports.map((port, index) => (
          <li key={port.name}>
            <UnstyledButton
              className={css.port}
              disabled={!writable}
              onClick={() => onOpen(index)}
              onKeyDown={(event) => {
                const step = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
                const at = index + (step ?? 0);
                if (!step || at < 0 || at >= ports.length) return;
                event.preventDefault();
                onMove(port.name, at);
              }}
              title={port.annotation ?? "No type"}
            >
              {!isBelow && <PortMark family={familyOf(port.annotation ?? null)} />}
              {part === "reference" && <IconLink size={14} aria-hidden />}
              <span className={css.words}>
                <b>{port.name}</b>
                <code>{shown(port)}</code>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <UnstyledButton className={css.add} disabled={!writable} onClick={() => onOpen(null)}>
        Add {part}
      </UnstyledButton>
    </section>
  );
}

/** A type, and the default. */
function shown(port: Port): string {
  const type = port.annotation ?? "";
  return port.written == null ? type : `${type}${type && " "}= ${port.written}`;
}

function Documentation({
  doc,
  writable,
  onDone,
}: {
  doc: string;
  writable: boolean;
  onDone: (doc: string) => void;
}) {
  const [text, setText] = useState(doc);
  return (
    <Textarea
      size="xs"
      autosize
      minRows={1}
      maxRows={8}
      label="What it does"
      placeholder="Say it in a sentence"
      value={text}
      readOnly={!writable}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== doc && onDone(text)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.blur();
        if (event.key === "Escape") setText(doc);
      }}
    />
  );
}
