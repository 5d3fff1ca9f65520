/** A dialog that asks for one name; what is wrong with it stands below the field. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { wordsOf } from "@/api/client";

interface NameFormProps {
  title: string;
  label: string;
  /** The name that is proposed, as long as none is typed. */
  first: string;
  deed: string;
  /** What else is asked, before the name. */
  children?: ReactNode;
  /** What else is asked, after it. */
  after?: ReactNode;
  /** Whether it may be done without a name. */
  isOptional?: boolean;
  description?: string;
  /** What is wrong with a name, if anything. */
  check?: (name: string) => string | null;
  onClose: () => void;
  /** May throw ApiError, which is shown. */
  onDone: (name: string) => Promise<void>;
}

export function NameForm(props: NameFormProps) {
  const { title, label, first, deed, children, after, isOptional, description, check, onClose, onDone } =
    props;
  const [typed, setTyped] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const name = typed ?? first;
  const wrong = check?.(name.trim()) ?? null;
  const submit = async () => {
    if (wrong !== null) return setTrouble(wrong);
    setBusy(true);
    try {
      await onDone(name.trim());
    } catch (error) {
      setTrouble(wordsOf(error));
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
          description={description}
          value={name}
          error={trouble ?? (typed === null ? null : wrong)}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setTrouble(null);
          }}
        />
        {after}
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
