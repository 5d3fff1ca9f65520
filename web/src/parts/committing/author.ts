/** Who commits: as git is set up, else what the person once wrote here, which this browser remembers. */
import { useState } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Changes } from "./queries";

export interface Author {
  name: string;
  email: string;
}

const useRemembered = create<Author>()(
  persist(() => ({ name: "", email: "" }), { name: "deepforge.author" }),
);

/** The author to begin with, whether git said both, and the way to change and to remember it. */
export function useAuthor(changes: Changes) {
  const remembered = useRemembered();
  const [own, setOwn] = useState<Partial<Author>>({});
  const author = {
    name: own.name ?? changes.name ?? remembered.name,
    email: own.email ?? changes.email ?? remembered.email,
  };
  return {
    author,
    isKnown: changes.name !== null && changes.email !== null,
    change: (part: Partial<Author>) => setOwn((now) => ({ ...now, ...part })),
    remember: () => {
      if (changes.name === null || changes.email === null) useRemembered.setState(author);
    },
  };
}
