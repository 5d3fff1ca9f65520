/** Asks what an input, an output or an attribute is called, what type it has, and where it stands. */
import { Button, Group, Modal, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { wordsOf } from "@/api/client";
import type { Change, Part } from "./edits";
import type { Operation } from "./useInterface";

const TITLES = { input: "Input", output: "Output", attribute: "Attribute", reference: "Reference" } as const;

const TYPES = {
  input: "such as np.ndarray; none: anything",
  output: "such as np.ndarray; none: anything",
  attribute: "such as int or str; none: anything",
  reference: "such as Callable, or type for a class",
} as const;

export interface Asked {
  part: Part;
  /** Which one; null: a new one. */
  index: number | null;
}

interface PortDialogProps {
  operation: Operation;
  asked: Asked;
  onClose: () => void;
  /** All changes are one step. May throw ApiError. */
  apply: (label: string, changes: readonly Change[]) => Promise<void>;
}

export interface Port {
  name: string;
  annotation?: string | null;
  /** The default as Python writes it. */
  written?: string | null;
}

/** The ports of one kind. References are attributes that take a class or a function of the project. */
export function portsOf(operation: Operation, part: Part): readonly Port[] {
  if (part === "input") return operation.inputs;
  if (part === "output") return operation.outputs;
  return operation.attributes.filter((one) => Boolean(one.reference) === (part === "reference"));
}

/** The place that something has among all attributes, by the one it has among its kind. */
export function placeAmongAll(operation: Operation, part: Part, place: number): number {
  const port = portsOf(operation, part)[place];
  if (part === "input" || part === "output" || !port) return place;
  return operation.attributes.findIndex((one) => one.name === port.name);
}

export function PortDialog({ operation, asked: { part, index }, onClose, apply }: PortDialogProps) {
  const ports = portsOf(operation, part);
  const port = index === null ? null : (ports[index] ?? null);
  const written = port?.written ?? "";
  const [name, setName] = useState(port?.name ?? "");
  const [type, setType] = useState(port?.annotation ?? (part === "reference" ? "Callable" : ""));
  const [value, setValue] = useState(written);
  const [place, setPlace] = useState<number | string>((index ?? ports.length) + 1);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const changes = (): Change[] => {
    if (!port)
      return [{ deed: "add", part, name: name.trim(), annotation: type || null, default: value || null }];
    const one = { part, name: port.name };
    const found: Change[] = [];
    if (type.trim() !== (port.annotation ?? ""))
      found.push({ deed: "retype", ...one, annotation: type || null });
    if (value.trim() !== written) found.push({ deed: "default", ...one, default: value || null });
    if (typeof place === "number" && place !== (index ?? 0) + 1)
      found.push({ deed: "move", ...one, at: placeAmongAll(operation, part, place - 1) });
    if (name.trim() !== port.name) found.push({ deed: "rename", ...one, value: name.trim() });
    return found;
  };
  const perform = async (label: string, wanted: readonly Change[]) => {
    setBusy(true);
    try {
      if (wanted.length > 0) await apply(label, wanted);
      onClose();
    } catch (error) {
      setTrouble(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={port ? `${TITLES[part]} ${port.name}` : `New ${part}`} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void perform(port ? `Change ${port.name}` : `Add ${name.trim()}`, changes());
        }}
      >
        <TextInput
          label="Name"
          value={name}
          error={trouble}
          data-autofocus
          onChange={(event) => {
            setName(event.currentTarget.value);
            setTrouble(null);
          }}
        />
        <TextInput
          mt="sm"
          label="Type"
          placeholder={TYPES[part]}
          description={
            part === "reference" && "Callable takes a class or a function of the project, type only a class."
          }
          value={type}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          onChange={(event) => setType(event.currentTarget.value)}
        />
        {part !== "output" && (
          <TextInput
            mt="sm"
            label="Default"
            placeholder={
              part === "reference"
                ? "such as None; empty: it has to be chosen"
                : "a Python value; none: it has to be given"
            }
            value={value}
            styles={{ input: { fontFamily: "var(--mono)" } }}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        )}
        {port && ports.length > 1 && (
          <NumberInput
            mt="sm"
            size="xs"
            label={`Place, of ${ports.length}`}
            value={place}
            min={1}
            max={ports.length}
            allowDecimal={false}
            onChange={setPlace}
          />
        )}
        <Group justify="space-between" mt="md" gap="xs">
          {port ? (
            <Button
              disabled={busy}
              onClick={() => void perform(`Remove ${port.name}`, [{ deed: "remove", part, name: port.name }])}
            >
              Remove
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={busy} disabled={name.trim() === ""}>
              {port ? "Change" : "Add"}
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
