/** What the server knows about code: completion, hover, problems, definitions, places of a name. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState, Text } from "@codemirror/state";
import type { EditorView, Tooltip } from "@codemirror/view";
import { api, ask, type Schemas } from "@/api/client";

export interface Ground {
  project: string;
  path: string;
}

export type Place = Schemas["PlaceRequest"];

/** A position as the server counts it. */
function placeAt({ path }: Ground, state: EditorState, position: number): Place {
  const line = state.doc.lineAt(position);
  return { path, source: state.doc.toString(), line: line.number, column: position - line.from };
}

/** A place of the server as a position, inside of the text whatever it says. */
export function positionOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(found.from + Math.max(column, 0), found.to);
}

const inside = ({ project }: Ground) => ({ params: { path: { project } } });

const KINDS: Record<string, string> = {
  statement: "variable",
  instance: "variable",
  param: "variable",
  module: "namespace",
  path: "text",
};

/** Offers completions. One question is asked at a time: those that were overtaken while waiting are not asked. */
export function completionSource(ground: Ground) {
  let last: Promise<unknown> = Promise.resolve();
  return (context: CompletionContext): Promise<CompletionResult | null> | null => {
    const word = context.matchBefore(/[\w.]+/);
    if (!context.explicit && (!word || /^\d/.test(word.text))) return null;
    const answer = last.then(() => (context.aborted ? null : completions(ground, context)));
    last = answer;
    return answer;
  };
}

async function completions(ground: Ground, context: CompletionContext): Promise<CompletionResult | null> {
  const line = context.state.doc.lineAt(context.pos);
  try {
    const body = placeAt(ground, context.state, context.pos);
    const found = await ask(
      api.POST("/api/v1/projects/{project}/code/complete", { ...inside(ground), body }),
    );
    if (context.aborted) return null;
    return {
      from: line.from + found.start,
      options: found.items.map((item, index) => ({
        label: item.name,
        type: KINDS[item.kind] ?? item.kind,
        detail: item.detail,
        boost: -index / 10,
      })),
      validFor: /^\w*$/,
    };
  } catch {
    return null; // the server is away: writing goes on without
  }
}

export const hoverSource =
  (ground: Ground) =>
  async (view: EditorView, position: number): Promise<Tooltip | null> => {
    const word = view.state.wordAt(position);
    if (!word) return null;
    try {
      const body = placeAt(ground, view.state, position);
      const told = await ask(api.POST("/api/v1/projects/{project}/code/hover", { ...inside(ground), body }));
      if (!told.signature && !told.doc) return null;
      return {
        pos: word.from,
        end: word.to,
        above: true,
        create: () => ({ dom: hoverBox(told.signature ?? "", told.doc ?? "") }),
      };
    } catch {
      return null;
    }
  };

function hoverBox(signature: string, doc: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-hover";
  for (const [tag, text] of [
    ["code", signature],
    ["p", doc],
  ] as const) {
    if (!text) continue;
    const part = document.createElement(tag);
    part.textContent = text;
    box.append(part);
  }
  return box;
}

export async function findProblems(ground: Ground, state: EditorState): Promise<Diagnostic[]> {
  const body = { path: ground.path, source: state.doc.toString() };
  const found = await ask(api.POST("/api/v1/projects/{project}/code/check", { ...inside(ground), body }));
  return found.map((one) => {
    const from = positionOf(state.doc, one.line, one.column);
    const to = positionOf(state.doc, one.end_line, one.end_column);
    return {
      from,
      to: Math.max(from, to),
      severity: one.severity,
      message: one.message,
      ...(one.code && { source: one.code }),
    };
  });
}

export function findDefinition(ground: Ground, state: EditorState, position: number) {
  const body = placeAt(ground, state, position);
  return ask(api.POST("/api/v1/projects/{project}/code/definition", { ...inside(ground), body }));
}

export function findReferences(ground: Ground, state: EditorState, position: number) {
  const body = placeAt(ground, state, position);
  return ask(api.POST("/api/v1/projects/{project}/code/references", { ...inside(ground), body }));
}

export async function formatted(ground: Ground, source: string): Promise<string> {
  const body = { path: ground.path, source };
  return (await ask(api.POST("/api/v1/projects/{project}/code/format", { ...inside(ground), body }))).source;
}
