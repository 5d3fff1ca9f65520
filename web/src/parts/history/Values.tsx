/** What of a node differs, part by part: what it was, and what it is. */
import type { Difference } from "@/graph/diff";
import css from "./history.module.css";

export function Values({ changes }: { changes: readonly Difference[] }) {
  return (
    <dl className={css.values}>
      {changes.map(({ part, before, after }) => (
        <div key={part}>
          <dt>{nameOf(part)}</dt>
          <dd>
            <del>{shown(part, before)}</del> → <ins>{shown(part, after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A difference in a line: `epochs 5 → 12`. */
export const inWords = ({ part, before, after }: Difference): string =>
  `${nameOf(part)} ${shown(part, before)} → ${shown(part, after)}`;

const nameOf = (part: string): string => part.replace(/^\w+\./, "");

function shown(part: string, value: unknown): string {
  if (value === undefined) return ABSENT[part.split(".")[0] ?? ""] ?? "nothing";
  if (value === true && (part === "bypass" || part === "mute")) return "on";
  if (typeof value === "string") return value || "empty";
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one));
}

/** What it means that a part is not there. */
const ABSENT: Record<string, string> = {
  attributes: "default",
  resources: "default",
  cache: "default",
  through: "by its type",
  bypass: "off",
  mute: "off",
};
