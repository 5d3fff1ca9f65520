// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { Scope } from "@/features/pipelines/canvas/commands";
import { movingActions } from "@/features/pipelines/canvas/movingList";
import { allCommands, COMMANDS, clashing, meet } from "./commands";

const SOURCES = import.meta.glob<string>("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
/** An action as it is written, up to what it does. */
const ACTION = /\bid: ("[a-z]+\.[^"]+"|`[a-z]+\.[^`]+`),\s*label[:,][\s\S]*?(?=\bperform\b)/g;
/** Commands that a view makes of names that people gave. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: as it is written there
const MADE = "canvas.add.${name}";

/** Ids that have a name, in its place. */
const named = (text: string) =>
  text.replaceAll("id: RUN,", 'id: "pipeline.run",').replaceAll("id: STOP,", 'id: "pipeline.stop",');

/** The commands as the views are written: id, and its keys where they are written beside it. */
function written(): { id: string; keys: string[] | null }[] {
  const found = Object.entries(SOURCES)
    .filter(([path]) => !path.includes(".test.") && !path.endsWith("/commands.ts"))
    .flatMap(([, text]) => [...named(text).matchAll(ACTION)]);
  return found
    .map(([text, id]) => {
      const keys = /\bkeys: ([^\n]*)/.exec(text)?.[1];
      return {
        id: id!.slice(1, -1),
        keys:
          keys === undefined
            ? []
            : /^\[("[^"]+"(, )?)+\],$/.test(keys)
              ? JSON.parse(keys.slice(0, -1))
              : null,
      };
    })
    .filter(({ id }) => id !== MADE);
}

const isMadeOf = (template: string, id: string) =>
  new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\$\{[^}]+\}/g, "[a-z]+")}$`).test(id);

test("the sheet knows every command that a view offers, and no other", () => {
  const all = written();
  const known = COMMANDS.map(({ id }) => id);
  expect(all.filter(({ id }) => !known.some((one) => isMadeOf(id, one)))).toEqual([]);
  expect(known.filter((id) => !all.some((one) => isMadeOf(one.id, id)))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});

test("the sheet knows the keys of each", () => {
  const known = new Map(COMMANDS.map(({ id, keys }) => [id, keys]));
  for (const { id, keys } of written())
    if (keys && !id.includes("$")) expect([id, known.get(id)]).toEqual([id, keys]);
  for (const { id, keys } of movingActions({ commands: {} } as Scope))
    expect([id, known.get(id)]).toEqual([id, keys]);
});

test.each([
  ["node.connect", "canvas.tidy", true],
  ["log.wrap", "node.bypass", true],
  ["log.wrap", "run.tag", true],
  ["app.palette", "projects.rename", true],
  ["go.runs", "runs.compare", true],
  ["go.runs", "projects.new", false],
  ["node.connect", "runs.compare", false],
  ["file.rename", "node.rename", false],
])("%s and %s are of one view: %s", (one, other, together) => {
  expect(meet(one, other)).toBe(together);
  expect(meet(other, one)).toBe(together);
});

test("keys clash with those of a view that is not open, if a view has both", () => {
  const all = allCommands([], {});
  expect(clashing("app.theme.dark", "B", all, {})?.id).toBe("node.bypass");
  expect(clashing("runs.compare", "B", all, {})).toBeUndefined();
  expect(clashing("app.theme.dark", "B", all, { "node.bypass": ["J"] })).toBeUndefined();
  expect(clashing("app.theme.dark", "J", all, { "node.bypass": ["J"] })?.id).toBe("node.bypass");
});

test("what is offered is known by the name that it has now, and what only has own keys by its id", () => {
  const offered = { id: "projects.rename", label: "Rename: digits", group: "Projects", keys: ["F2"] };
  const all = allCommands([offered], { "canvas.add.Train": ["G"] });
  expect(all[0]).toBe(offered);
  expect(all.filter(({ id }) => id === "projects.rename")).toEqual([offered]);
  expect(all.at(-1)).toEqual({ id: "canvas.add.Train", label: "Train", group: "Others" });
});
