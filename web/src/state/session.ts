/** What is mine alone and stays in this browser: theme, sizes of panels, choices of views. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "light" | "dark" | "system";

interface Session {
  /** Sizes of panels and the like, by a name that the view chooses. */
  kept: Record<string, unknown>;
  keep: (name: string, value: unknown) => void;
}

const useSession = create<Session>()(
  persist(
    (set) => ({
      kept: {},
      keep: (name, value) => set(({ kept }) => ({ kept: { ...kept, [name]: value } })),
    }),
    { name: "deepforge.session" },
  ),
);

/** A value that stays in this browser, and how to change it. */
export function useKept<Value>(name: string, initial: Value): [Value, (value: Value) => void] {
  const value = useSession((session) => (name in session.kept ? (session.kept[name] as Value) : initial));
  const keep = useSession((session) => session.keep);
  return [value, (next) => keep(name, next)];
}

const THEME_KEY = "deepforge.theme";

interface Themed {
  theme: Theme;
  choose: (theme: Theme) => void;
}

/** The theme; under a name of its own, because it is read before anything else is loaded. */
export const useTheme = create<Themed>((set) => ({
  theme: storedTheme(),
  choose: (theme) => {
    localStorage.setItem(THEME_KEY, theme);
    set({ theme });
  },
}));

function storedTheme(): Theme {
  const stored = globalThis.localStorage?.getItem(THEME_KEY);
  return stored === "dark" || stored === "light" ? stored : "system";
}
