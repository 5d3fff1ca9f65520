/** A field for the words that narrow a list: they are looked for when the typing pauses. */
import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type Ref, useEffect, useRef, useState } from "react";

/** Milliseconds. */
const PAUSE = 200;

interface SearchFieldProps {
  label: string;
  placeholder?: string;
  /** The words that are looked for. */
  value: string;
  onSearch: (words: string) => void;
  ref?: Ref<HTMLInputElement>;
  className?: string;
}

export function SearchField({
  label,
  placeholder = label,
  value,
  onSearch,
  ref,
  className,
}: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  /** What was said and has not come back: an echo must not take away what was typed since. */
  const said = useRef<string[]>([]);
  const say = (words: string) => {
    said.current.push(words);
    onSearch(words);
  };
  const sayLater = useDebouncedCallback(say, PAUSE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only for what is said from outside
  useEffect(() => {
    const echo = said.current.indexOf(value);
    said.current.splice(0, echo < 0 ? said.current.length : echo + 1);
    if (echo >= 0) return;
    sayLater.cancel();
    setTyped((words) => (words.trim() === value ? words : value));
  }, [value]);
  return (
    <TextInput
      ref={ref}
      size="xs"
      className={className}
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} />}
      rightSection={
        typed && (
          <CloseButton
            size="xs"
            aria-label="Clear the words"
            onClick={() => {
              sayLater.cancel();
              setTyped("");
              say("");
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        sayLater(event.currentTarget.value.trim());
      }}
    />
  );
}
