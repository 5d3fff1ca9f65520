/** Asks for the name of a new pipeline, and what it begins as; or for another name. */
import { Button, Group, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { freeName, nameTrouble, type Pipeline } from "./files";

export type Asked = { kind: "new" } | { kind: "rename"; pipeline: Pipeline };

interface NameDialogProps {
  asked: Asked;
  pipelines: readonly Pipeline[];
  onClose: () => void;
  /** May throw ApiError, which is shown. */
  onDone: (name: string, from: Pipeline | null) => Promise<void>;
}

export function NameDialog({ asked, pipelines, onClose, onDone }: NameDialogProps) {
  const names = pipelines.map((pipeline) => pipeline.name);
  const renamed = asked.kind === "rename" ? asked.pipeline.name : null;
  const [name, setName] = useState(renamed ?? freeName("pipeline", names));
  const [from, setFrom] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (name === renamed) return onClose();
    const wrong = nameTrouble(
      name.trim(),
      names.filter((one) => one !== renamed),
    );
    setTrouble(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      await onDone(name.trim(), pipelines.find((pipeline) => pipeline.name === from) ?? null);
    } catch (error) {
      setTrouble(
        error instanceof ApiError ? [error.message, error.hint].filter(Boolean).join(" ") : String(error),
      );
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={renamed === null ? "New pipeline" : `Rename ${renamed}`} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput
          label="Name"
          value={name}
          error={trouble}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setTrouble(null);
          }}
        />
        {renamed === null && pipelines.length > 0 && (
          <NativeSelect
            mt="sm"
            size="xs"
            label="Begin with"
            value={from}
            data={[
              { value: "", label: "an empty canvas" },
              ...names.map((one) => ({ value: one, label: `a copy of ${one}` })),
            ]}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={busy}>
            {renamed === null ? "Create" : "Rename"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
