/** The tags of an artifact: what is chosen stands there at once, and the server hears of it in that order. */
import { TagsInput } from "@mantine/core";
import { useRef, useState } from "react";
import { tag } from "../queries";

interface TagsProps {
  artifact: string;
  tags: string[];
  /** Tags that are in use, to choose from. */
  known: string[];
}

export function Tags({ artifact, tags, known }: TagsProps) {
  /** What was chosen and the server does not have yet. */
  const [chosen, setChosen] = useState<string[] | null>(null);
  const wanted = useRef<string[] | null>(null);
  const send = async () => {
    for (let sent = wanted.current; sent; sent = wanted.current) {
      await tag(artifact, sent);
      if (wanted.current === sent) wanted.current = null;
    }
    setChosen(null);
  };
  const choose = (next: string[]) => {
    const isSending = wanted.current !== null;
    wanted.current = next;
    setChosen(next);
    if (!isSending) void send();
  };
  const shown = chosen ?? tags;
  return (
    <TagsInput
      mt="sm"
      size="xs"
      label="Tags"
      value={shown}
      data={known}
      placeholder={shown.length === 0 ? "add a tag" : ""}
      onChange={choose}
    />
  );
}
