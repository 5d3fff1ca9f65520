/** What compared runs are called: by the attributes that differ, as far as these tell them apart. */
import type { Schemas } from "@/api/client";
import { shortNumber } from "@/parts/feedback/numbers";
import { short } from "../deeds";

type Comparison = Schemas["RunComparison"];

/** Run → `epochs 23 · lr 0.01`; with the end of its id where others are called the same. */
export function namesOf({ runs, rows }: Comparison): Record<string, string> {
  const differing = rows.filter(({ kind, differs }) => kind === "attribute" && differs);
  const ends = differing.map(({ name }) => endOf(name));
  const told = runs.map((_, place) =>
    differing
      .flatMap(({ name, values }) => {
        const value = (values as unknown[])[place];
        if (value === null || value === undefined) return [];
        const end = endOf(name);
        return `${ends.filter((other) => other === end).length > 1 ? name : end} ${written(value)}`;
      })
      .join(" · "),
  );
  return Object.fromEntries(
    runs.map(({ id, pipeline }, place) => {
      const own = told[place]!;
      const isAlone = own !== "" && told.filter((other) => other === own).length === 1;
      return [id, isAlone ? own : `${own || pipeline} ${short(id)}`];
    }),
  );
}

const endOf = (attribute: string): string => attribute.slice(attribute.lastIndexOf(".") + 1);

function written(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
