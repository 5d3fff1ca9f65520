/** What is wrong in the file, below the text: how many, and each with its line. */
import { EditorView } from "@codemirror/view";
import { Button, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconChevronDown,
  IconChevronUp,
  IconCircleCheck,
  IconLoader,
} from "@tabler/icons-react";
import type { Problem } from "@/api/client";
import { useKept } from "@/state/session";
import css from "../code.module.css";
import { type Check, recheck } from "./extensions";
import { positionOf } from "./language";

/** How many are listed. */
const MOST = 200;

interface ProblemBarProps {
  view: EditorView | null;
  /** How checking the text went. */
  check: Check;
  /** What reading the interface found. */
  read: readonly Problem[];
}

export function ProblemBar({ view, check, read }: ProblemBarProps) {
  const [open, setOpen] = useKept("code.problems", false);
  const checked = check.found ?? [];
  const isSound = check.found !== null && check.failure === null;
  const broken = checked.some((one) => !one.source && one.severity === "error");
  const all = [
    ...checked.map(({ line, severity, message, source }) => ({
      line,
      severity,
      message,
      source,
      hint: null as string | null,
    })),
    ...read
      .filter((problem) => !(broken && problem.rule === "syntax"))
      .map((problem) => ({
        line: problem.place.line ?? 1,
        severity: problem.severity as string,
        message: problem.message,
        source: undefined,
        hint: problem.hint ?? null,
      })),
  ].sort((one, other) => one.line - other.line);
  const errors = all.filter((one) => one.severity === "error").length;
  const words =
    all.length === 0
      ? check.failure !== null
        ? "The file could not be checked"
        : isSound
          ? "No problems"
          : "Checking…"
      : [
          errors && `${errors} error${errors === 1 ? "" : "s"}`,
          all.length - errors && `${all.length - errors} warning${all.length - errors === 1 ? "" : "s"}`,
        ]
          .filter(Boolean)
          .join(", ") + (check.failure === null ? "" : "; the file could not be checked since");
  const Mark =
    all.length > 0 || check.failure !== null ? IconAlertTriangle : isSound ? IconCircleCheck : IconLoader;
  const go = (line: number) => {
    if (!view) return;
    const anchor = positionOf(view.state.doc, line, 0);
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    view.focus();
  };
  return (
    <section className={css.problems} aria-label="Problems">
      <div className={css.bar}>
        <UnstyledButton
          className={css.summary}
          onClick={() => setOpen(!open)}
          aria-expanded={open && all.length > 0}
          title={check.failure ?? undefined}
        >
          <Mark size={14} aria-hidden />
          <span className={errors ? css.wrong : undefined}>{words}</span>
          {all.length > 0 && (open ? <IconChevronDown size={14} /> : <IconChevronUp size={14} />)}
        </UnstyledButton>
        {check.failure !== null && view && (
          <Button size="compact-xs" variant="default" onClick={() => recheck(view)}>
            Try again
          </Button>
        )}
      </div>
      {open && all.length > 0 && (
        <ul>
          {all.slice(0, MOST).map((one, index) => (
            <li key={index}>
              <UnstyledButton onClick={() => go(one.line)}>
                <span className={one.severity === "error" ? css.wrong : css.warned}>{one.severity}</span>
                <span className={css.number}>line {one.line}</span>
                <span>
                  {one.message} {one.hint}
                </span>
                {one.source && <code>{one.source}</code>}
              </UnstyledButton>
            </li>
          ))}
          {all.length > MOST && <li className={css.rest}>and {all.length - MOST} more</li>}
        </ul>
      )}
    </section>
  );
}
