/** The name of an artifact, as a heading or as a field to give it another one. */
import { TextInput } from "@mantine/core";
import { failed } from "@/state/toasts";
import { type Artifact, rename } from "../queries";

interface NameProps {
  summary: Artifact;
  editing: boolean;
  onDone: () => void;
}

export function Name({ summary, editing, onDone }: NameProps) {
  if (!editing) return <h1>{summary.name}</h1>;
  const keep = (name: string) => {
    onDone();
    if (name && name !== summary.name) {
      rename(summary.id, name).catch((error: unknown) => failed(error, "Not renamed"));
    }
  };
  return (
    <TextInput
      size="xs"
      aria-label="Name"
      defaultValue={summary.name}
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => keep(event.currentTarget.value.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") onDone();
      }}
    />
  );
}
