/** A form for one name; what is wrong with it stands below the field. */
import { Button, Group, TextInput } from "@mantine/core";
import { type ReactNode, type Ref, useState } from "react";
import { wordsOf } from "@/api/client";

export interface NameFormProps {
  label: string;
  deed: string;
  /** The name that is proposed, as long as none is typed. */
  first?: string;
  placeholder?: string;
  description?: string;
  /** What else is asked, before the name. */
  children?: ReactNode;
  /** What else is asked, after it. */
  after?: ReactNode;
  /** Whether it may be done without a name. */
  isOptional?: boolean;
  field?: Ref<HTMLInputElement>;
  /** What is wrong with a name, if anything. */
  check?: (name: string) => string | null;
  onTyped?: (name: string) => void;
  /** Is offered when it is given. */
  onCancel?: () => void;
  /** May throw ApiError, which is shown. */
  onDone: (name: string) => Promise<void>;
}

export function NameForm(props: NameFormProps) {
  const { label, deed, first = "", placeholder, description, children, after, isOptional, field } = props;
  const { check, onTyped, onCancel, onDone } = props;
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
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void submit();
      }}
    >
      {children}
      <TextInput
        ref={field}
        label={label}
        placeholder={placeholder}
        description={description}
        value={name}
        error={trouble ?? (typed === null ? null : wrong)}
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          onTyped?.(event.currentTarget.value);
          setTrouble(null);
        }}
      />
      {after}
      <Group justify="flex-end" mt="md" gap="xs">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" variant="filled" loading={busy} disabled={name.trim() === "" && !isOptional}>
          {deed}
        </Button>
      </Group>
    </form>
  );
}
