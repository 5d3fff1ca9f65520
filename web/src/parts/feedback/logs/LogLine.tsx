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

/** The sixteen colours as terminals have them, for letters on a colour of their own. */
const CLASSIC = [
  "#000000",
  "#b3261e",
  "#1d7a42",
  "#b58900",
  "#2257b5",
  "#8632a8",
  "#0f6f78",
  "#d0d4da",
  "#66707f",
  "#e5484d",
  "#30a46c",
  "#ffd166",
  "#5b94f0",
  "#c77be0",
  "#46c4c4",
  "#ffffff",
];
const classic = (color: number | string): string => (typeof color === "number" ? CLASSIC[color]! : color);

/** Any colour is made dark, or light, enough to be read on the panel. */
const legible = (color: number | string): string =>
  typeof color === "number"
    ? `var(--c${color})`
    : `oklch(from ${color} clamp(var(--ansi-low), l, var(--ansi-high)) c h)`;

/** Black or white, whichever can be read on a colour. */
function contrast(color: string): string {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return part(1) * 0.3 + part(3) * 0.59 + part(5) * 0.11 > 140 ? "#000000" : "#ffffff";
}

function styled(style: Style): CSSProperties | undefined {
  const { color, background, bold, dim, italic, underline, struck, inverse } = style;
  const css: CSSProperties = {};
  if (inverse) {
    css.background = color === undefined ? "var(--ink)" : classic(color);
    css.color = background === undefined ? "var(--panel)" : classic(background);
  } else if (background !== undefined) {
    css.background = classic(background);
    css.color = color === undefined ? contrast(classic(background)) : classic(color);
  } else if (color !== undefined) css.color = legible(color);
  if (bold) css.fontWeight = 700;
  if (dim) css.opacity = 0.75;
  if (italic) css.fontStyle = "italic";
  if (underline || struck)
    css.textDecoration = [underline && "underline", struck && "line-through"].filter(Boolean).join(" ");
  return css;
}
