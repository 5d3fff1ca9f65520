/** A dialog that asks for one name; what is wrong with it stands below the field. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client";

interface NameFormProps {
  title: string;
  label: string;
  first: string;
  deed: string;
  children?: ReactNode;
  /** Whether it may be done without a name. */
  isOptional?: boolean;
  onClose: () => void;
  /** May throw ApiError, which is shown. */
  onDone: (name: string) => Promise<void>;
}

export function NameForm({
  title,
  label,
  first,
  deed,
  children,
  isOptional,
  onClose,
  onDone,
}: NameFormProps) {
  const [name, setName] = useState(first);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      await onDone(name.trim());
    } catch (error) {
      setTrouble(
        error instanceof ApiError ? [error.message, error.hint].filter(Boolean).join(" ") : String(error),
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void submit();
        }}
      >
        {children}
        <TextInput
          label={label}
          value={name}
          error={trouble}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setTrouble(null);
          }}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={name.trim() === "" && !isOptional}>
            {deed}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
