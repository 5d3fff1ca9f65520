/** A text field that is committed when one leaves it or presses Enter; Escape takes back what was typed. */
import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Typed } from "./fields";
import css from "./panel.module.css";

interface CommittedInputProps {
  id?: string;
  /** What holds now. */
  value: string;
  placeholder?: string;
  disabled?: boolean;
  wrong: boolean;
  label?: string;
  /** Say what is wrong while one types. */
  eager?: boolean;
  parse: (text: string) => Typed;
  onCommit: (value: unknown) => void;
}

export function CommittedInput(props: CommittedInputProps) {
  const { value, placeholder, parse, onCommit, wrong, label, eager = false, ...rest } = props;
  const [text, setText] = useState(value);
  const [refusal, setRefusal] = useState<string | null>(null);
  const typing = useRef(false);
  useEffect(() => {
    if (!typing.current) setText(value);
  }, [value]);
  const commit = () => {
    if (!typing.current) return; // whoever only looked does not bring back what held when they came
    typing.current = false;
    if (text === value) {
      setRefusal(null);
      return;
    }
    const found = parse(text);
    if ("wrong" in found) {
      setRefusal(found.wrong);
      return;
    }
    setRefusal(null);
    onCommit(found.value);
  };
  return (
    <TextInput
      {...rest}
      aria-label={label}
      value={text}
      placeholder={placeholder}
      error={refusal ?? wrong}
      classNames={{ input: css.input }}
      onChange={(event) => {
        typing.current = true;
        setText(event.currentTarget.value);
        if (!eager) return;
        const found = parse(event.currentTarget.value);
        setRefusal("wrong" in found ? found.wrong : null);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") {
          typing.current = false;
          setText(value);
          setRefusal(null);
          event.stopPropagation();
        }
      }}
    />
  );
}
