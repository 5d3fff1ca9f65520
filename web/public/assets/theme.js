// Before the first paint, so that nothing flashes: the theme the person chose, or the system's.
(() => {
  var chosen = null;
  try {
    chosen = localStorage.getItem("deepforge.theme");
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
