/** One line of a log, with its colours, its links and what was found in it. */
import { type CSSProperties, Fragment, memo, type ReactNode } from "react";
import { Link } from "react-router";
import { size } from "../numbers";
import { type Style, spansOf } from "./ansi";
import { piecesOf } from "./links";
import css from "./log.module.css";

interface LogLineProps {
  project: string;
  number: number;
  text: string | undefined;
  /** Bytes that it has in all, when only its beginning is shown. */
  cut: number | undefined;
  wanted: string;
  caseMatters: boolean;
  marked: boolean;
  found: boolean;
  onMark: (number: number) => void;
}

export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { project, number, text, cut, wanted, caseMatters, marked, found, onMark } = props;
  return (
    <div className={css.line} data-marked={marked || undefined} data-found={found || undefined}>
      <button
        type="button"
        tabIndex={-1}
        className={css.number}
        aria-label={`Link to line ${number + 1}`}
        onClick={() => onMark(number)}
      >
        {number + 1}
      </button>
      {text === undefined ? (
        <span className={`${css.text} ${css.waiting}`}>…</span>
      ) : (
        <span className={css.text}>
          {spansOf(text).map((span, place) => (
            <span key={place} style={styled(span.style)}>
              {linked(span.text, project, wanted, caseMatters)}
            </span>
          ))}
          {cut !== undefined && <span className={css.cut}>cut here: the line has {size(cut)}</span>}
        </span>
      )}
    </div>
  );
});

function linked(text: string, project: string, wanted: string, caseMatters: boolean): ReactNode {
  return piecesOf(text).map((piece, place) => {
    const shown = highlighted(piece.text, wanted, caseMatters);
    if (piece.kind === "web")
      return (
        <a key={place} href={piece.href} target="_blank" rel="noreferrer noopener">
          {shown}
        </a>
      );
    if (piece.kind === "code")
      return (
        <Link
          key={place}
          to={`/projects/${project}/code?path=${encodeURIComponent(piece.path)}&line=${piece.line}`}
        >
          {shown}
        </Link>
      );
    return <Fragment key={place}>{shown}</Fragment>;
  });
}

function highlighted(text: string, wanted: string, caseMatters: boolean): ReactNode {
  if (wanted === "") return text;
  const [hay, needle] = caseMatters ? [text, wanted] : [text.toLowerCase(), wanted.toLowerCase()];
  if (hay.length !== text.length) return text; // some letters change their number with their case
  const parts: ReactNode[] = [];
  let at = 0;
  for (let next = hay.indexOf(needle); next >= 0; next = hay.indexOf(needle, at)) {
    parts.push(text.slice(at, next));
    at = next + needle.length;
    parts.push(
      <mark key={next} className={css.match}>
        {text.slice(next, at)}
      </mark>,
    );
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)];
}

const named = (color: number | string): string => (typeof color === "number" ? `var(--c${color})` : color);

/** Any colour is made dark, or light, enough to be read on the panel. */
const legible = (color: number | string): string =>
  typeof color === "number"
    ? named(color)
    : `oklch(from ${color} clamp(var(--ansi-low), l, var(--ansi-high)) c h)`;

function styled(style: Style): CSSProperties | undefined {
  const { color, background, bold, dim, italic, underline, struck, inverse } = style;
  const [ink, paper] = inverse ? [background ?? "var(--panel)", color ?? "var(--ink)"] : [color, background];
  const css: CSSProperties = {};
  if (paper !== undefined) {
    css.background = named(paper);
    css.color = ink === undefined ? "var(--panel)" : named(ink);
    if (inverse && color === undefined) css.color = "var(--panel)";
  } else if (ink !== undefined) css.color = legible(ink);
  if (bold) css.fontWeight = 700;
  if (dim) css.opacity = 0.75;
  if (italic) css.fontStyle = "italic";
  if (underline || struck)
    css.textDecoration = [underline && "underline", struck && "line-through"].filter(Boolean).join(" ");
  return css;
}
