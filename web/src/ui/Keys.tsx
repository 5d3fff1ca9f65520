/** Keys as they are drawn in tooltips, menus and the sheet. */
import css from "./keys.module.css";

export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className={css.keys}>
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
