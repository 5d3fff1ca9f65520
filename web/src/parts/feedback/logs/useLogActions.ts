/** The commands of a log that is shown. Their keys act while the focus is in it. */
import {
  IconArrowBarToDown,
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconSearch,
  IconTextWrap,
} from "@tabler/icons-react";
import { type RefObject, useRef } from "react";
import { type Action, useActions } from "@/state/actions";

interface Deeds {
  find: () => void;
  next: () => void;
  previous: () => void;
  wrap: () => void;
  wraps: boolean;
  copy: () => void;
  follow: () => void;
}

export function useLogActions(view: RefObject<Element | null>, deeds: Deeds): void {
  const now = useRef(deeds);
  now.current = deeds;
  const within = () => view.current;
  useActions(
    (): Action[] => [
      {
        id: "log.find",
        label: "Search the log",
        group: "Log",
        keys: ["Mod+F", "/"],
        icon: IconSearch,
        inFields: true,
        within,
        perform: () => now.current.find(),
      },
      {
        id: "log.next",
        label: "Next place found in the log",
        group: "Log",
        keys: ["F3"],
        icon: IconArrowDown,
        inFields: true,
        within,
        perform: () => now.current.next(),
      },
      {
        id: "log.previous",
        label: "Previous place found in the log",
        group: "Log",
        keys: ["Shift+F3"],
        icon: IconArrowUp,
        inFields: true,
        within,
        perform: () => now.current.previous(),
      },
      {
        id: "log.wrap",
        label: deeds.wraps ? "Do not wrap long lines" : "Wrap long lines",
        group: "Log",
        keys: ["W"],
        icon: IconTextWrap,
        within,
        perform: () => now.current.wrap(),
      },
      {
        id: "log.copy",
        label: "Copy the log",
        group: "Log",
        icon: IconCopy,
        within,
        perform: () => now.current.copy(),
      },
      {
        id: "log.follow",
        label: "Follow the log",
        group: "Log",
        icon: IconArrowBarToDown,
        words: "end last newest",
        within,
        perform: () => now.current.follow(),
      },
    ],
    [view, deeds.wraps],
  );
}
