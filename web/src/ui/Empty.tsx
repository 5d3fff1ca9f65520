/** What a view shows when it has nothing else: that it is empty, that it loads, or what went wrong. */
import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import css from "./states.module.css";

interface EmptyProps {
  title: string;
  children?: ReactNode;
  /** The one thing to do. */
  action?: ReactNode;
  icon?: ReactNode;
}

export function Empty({ title, children, action, icon }: EmptyProps) {
  return (
    <div className={css.box}>
      {icon && <div className={css.mark}>{icon}</div>}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className={css.act}>{action}</div>}
    </div>
  );
}

/** Nothing is shown for the first moment, so that what is quick does not flicker. */
export function Loading({ what }: { what: string }) {
  return (
    <div className={css.box} role="status" aria-label={`Loading ${what}`}>
      <Loader size="sm" type="dots" color="var(--ink-3)" />
    </div>
  );
}

interface FailedLineProps {
  what: string;
  error: { message: string };
  again: () => unknown;
}

/** What went wrong, in a line beside what is there all the same. */
export function FailedLine({ what, error, again }: FailedLineProps) {
  return (
    <div className={css.line} role="alert">
      {what}: {error.message}
      <Button size="compact-xs" onClick={() => void again()}>
        Try again
      </Button>
    </div>
  );
}

interface FailedProps {
  error: { message: string; hint?: string | null };
  what?: string;
  action?: ReactNode;
  /** Asks for it once more. */
  again?: () => unknown;
}

/** What stands between backticks is code. */
const withCode = (words: string): ReactNode[] =>
  words
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith("`") ? <code key={part}>{part.slice(1, -1)}</code> : part));

export function Failed({ error, what, action, again }: FailedProps) {
  return (
    <div className={`${css.box} ${css.failed}`} role="alert">
      <div className={css.mark}>
        <IconAlertTriangle size={28} stroke={1.6} />
      </div>
      <h2>{what ?? "That did not work"}</h2>
      <p>{withCode(error.message)}</p>
      {error.hint && <p>{withCode(error.hint)}</p>}
      {(again || action) && (
        <div className={css.act}>
          {again && <Button onClick={() => void again()}>Try again</Button>}
          {action}
        </div>
      )}
    </div>
  );
}
