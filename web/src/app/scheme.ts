/** Mantine asks here for the theme that the person chose; see public/assets/theme.js for the first paint. */
import type { MantineColorScheme, MantineColorSchemeManager } from "@mantine/core";
import { type Theme, useTheme } from "@/state/session";

const toMantine = (theme: Theme): MantineColorScheme => (theme === "system" ? "auto" : theme);

export const schemeManager: MantineColorSchemeManager = (() => {
  let stop: (() => void) | undefined;
  return {
    get: () => toMantine(useTheme.getState().theme),
    set: (scheme) => {
      const wanted = scheme === "auto" ? "system" : scheme;
      const { theme, choose } = useTheme.getState();
      if (theme !== wanted) choose(wanted);
    },
    subscribe: (update) => {
      stop = useTheme.subscribe(({ theme }) => update(toMantine(theme)));
    },
    unsubscribe: () => stop?.(),
    clear: () => useTheme.getState().choose("system"),
  };
})();
