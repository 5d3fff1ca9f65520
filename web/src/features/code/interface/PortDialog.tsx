/** Asks what an input, an output or an attribute is called, what type it has, and where it stands. */
import { Button, Group, Modal, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "@/api/client";
import type { Change, Part } from "./edits";
import type { Operation } from "./useInterface";

export const FIELDS = { input: "inputs", output: "outputs", attribute: "attributes" } as const;

export interface Asked {
  part: Part;
  /** Which one; null: a new one. */
  index: number | null;
}

interface PortDialogProps {
  operation: Operation;
  asked: Asked;
  onClose: () => void;
  /** May throw ApiError. */
  apply: (label: string, change: Change) => Promise<void>;
}

export function PortDialog({ operation, asked: { part, index }, onClose, apply }: PortDialogProps) {
  const ports = operation[FIELDS[part]] as {
    name: string;
    annotation?: string | null;
    default?: unknown;
    required?: boolean;
  }[];
  const port = index === null ? null : (ports[index] ?? null);
  const written = port && part === "attribute" && !port.required ? pythonOf(port.default) : "";
  const [name, setName] = useState(port?.name ?? "");
  const [type, setType] = useState(port?.annotation ?? "");
  const [value, setValue] = useState(written);
  const [place, setPlace] = useState<number | string>((index ?? ports.length) + 1);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const changes = (): [string, Change][] => {
    if (!port)
      return [
        [
          `Add ${name}`,
          { deed: "add", part, name: name.trim(), annotation: type || null, default: value || null },
        ],
      ];
    const found: [string, Change][] = [];
    if (type.trim() !== (port.annotation ?? ""))
      found.push([
        `Type of ${port.name}`,
        { deed: "retype", part, name: port.name, annotation: type || null },
      ]);
    if (part === "attribute" && value.trim() !== written)
      found.push([
        `Default of ${port.name}`,
        { deed: "default", part, name: port.name, default: value || null },
      ]);
    if (typeof place === "number" && place !== (index ?? 0) + 1)
      found.push([`Move ${port.name}`, { deed: "move", part, name: port.name, at: place - 1 }]);
    if (name.trim() !== port.name)
      found.push([`Rename ${port.name}`, { deed: "rename", part, name: port.name, value: name.trim() }]);
    return found;
  };
  const perform = async (wanted: [string, Change][]) => {
    setBusy(true);
    try {
      for (const [label, change] of wanted) await apply(label, change);
      onClose();
    } catch (error) {
      setTrouble(
        error instanceof ApiError ? [error.message, error.hint].filter(Boolean).join(" ") : String(error),
      );
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={port ? `${part}: ${port.name}` : `New ${part}`} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void perform(changes());
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
          placeholder="such as np.ndarray; none: anything"
          value={type}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          onChange={(event) => setType(event.currentTarget.value)}
        />
        {(part === "attribute" || (part === "input" && !port)) && (
          <TextInput
            mt="sm"
            label="Default"
            placeholder="a Python value; none: it has to be given"
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
              onClick={() =>
                void perform([[`Remove ${port.name}`, { deed: "remove", part, name: port.name }]])
              }
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

/** A value as Python writes it; expressions come as their text already. */
export function pythonOf(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value as object)
      .map(([name, part]) => `${JSON.stringify(name)}: ${pythonOf(part)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
