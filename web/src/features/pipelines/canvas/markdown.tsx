/** The Markdown of notes as elements: headings, lists, emphasis, code, links. Text stays text; there is no HTML in it. */
import { Fragment, type ReactNode } from "react";

export default function Markdown({ text }: { text: string }) {
  return blocks(text).map((block, index) => <Fragment key={index}>{block}</Fragment>);
}

const HEADING = /^(#{1,3})\s+(.*)$/;
const BULLET = /^\s*[-*+]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)]\s+(.*)$/;

function blocks(text: string): ReactNode[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const found: ReactNode[] = [];
  let at = 0;
  const take = (matches: (line: string) => boolean) => {
    const start = at;
    while (at < lines.length && matches(lines[at] as string)) at++;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at] as string;
    const heading = HEADING.exec(line);
    if (line.trim() === "") at++;
    else if (line.startsWith("```")) {
      at++;
      const code = take((one) => !one.startsWith("```"));
      at++;
      found.push(<pre>{code.join("\n")}</pre>);
    } else if (heading) {
      at++;
      found.push(<h5>{inline(heading[2] as string)}</h5>);
    } else if (BULLET.test(line))
      found.push(
        <ul>
          {items(
            take((one) => BULLET.test(one)),
            BULLET,
          )}
        </ul>,
      );
    else if (NUMBER.test(line))
      found.push(
        <ol>
          {items(
            take((one) => NUMBER.test(one)),
            NUMBER,
          )}
        </ol>,
      );
    else
      found.push(
        <p>
          {withBreaks(
            take(
              (one) =>
                one.trim() !== "" &&
                !one.startsWith("```") &&
                !HEADING.test(one) &&
                !BULLET.test(one) &&
                !NUMBER.test(one),
            ),
          )}
        </p>,
      );
  }
  return found;
}

function items(lines: readonly string[], mark: RegExp): ReactNode[] {
  return lines.map((line, index) => <li key={index}>{inline(mark.exec(line)?.[1] ?? line)}</li>);
}

function withBreaks(lines: readonly string[]): ReactNode[] {
  return lines.flatMap((line, index) => [
    index > 0 && <br key={`br ${index}`} />,
    <Fragment key={index}>{inline(line)}</Fragment>,
  ]);
}

const SPANS =
  /(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(\*[^*\s][^*]*\*|\b_[^_\s][^_]*_\b)|(\[[^\]]+\]\([^()\s]+\))|(https?:\/\/[^\s<>()]+)/g;

function inline(text: string): ReactNode[] {
  const found: ReactNode[] = [];
  let last = 0;
  for (const match of text.matchAll(SPANS)) {
    found.push(text.slice(last, match.index));
    found.push(<Fragment key={match.index}>{span(match)}</Fragment>);
    last = match.index + match[0].length;
  }
  found.push(text.slice(last));
  return found;
}

function span([whole, code, strong, emphasis, link]: RegExpMatchArray): ReactNode {
  if (code) return <code>{code.slice(1, -1)}</code>;
  if (strong) return <strong>{inline(strong.slice(2, -2))}</strong>;
  if (emphasis) return <em>{inline(emphasis.slice(1, -1))}</em>;
  const [, label, address] = link ? (/^\[([^\]]+)\]\(([^()\s]+)\)$/.exec(link) ?? []) : [null, whole, whole];
  if (!address || !/^(https?:\/\/|mailto:)/i.test(address)) return whole;
  return (
    <a href={address} target="_blank" rel="noreferrer noopener">
      {label}
    </a>
  );
}
