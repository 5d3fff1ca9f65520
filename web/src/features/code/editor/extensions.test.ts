// @vitest-environment happy-dom
import { diagnosticCount, forceLinting, forEachDiagnostic, linter } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { expect, test, vi } from "vitest";
import { type Check, checking, problemSource, recheck } from "./extensions";

let away = false;

vi.mock("@/api/client", async (original) => ({
  ...(await original<object>()),
  ask: (answer: unknown) => answer,
  api: {
    POST: async () => {
      if (away) throw new Error("away");
      const place = { line: 1, column: 0, end_line: 1, end_column: 3 };
      return [{ ...place, severity: "error", message: "No such name", code: "F821" }];
    },
  },
}));

test("problems stay, and move with the text, while the server cannot check it", async () => {
  const checks: Check[] = [];
  const source = vi.fn(problemSource({ project: "p", path: "utils/a.py" }, (check) => checks.push(check)));
  const view = new EditorView({ doc: "foo()", extensions: linter(source, { delay: 0 }) });
  forceLinting(view);
  await vi.waitFor(() => expect(diagnosticCount(view.state)).toBe(1));

  away = true;
  view.dispatch({ changes: { from: 0, insert: "# Mine.\n" } });
  await vi.waitFor(() => expect(source).toHaveBeenCalledTimes(2));
  await source.mock.results[1]!.value;
  await vi.waitFor(() => expect(diagnosticCount(view.state)).toBe(1));
  const shown: [number, number, string][] = [];
  forEachDiagnostic(view.state, ({ message }, from, to) => shown.push([from, to, message]));
  expect(shown).toEqual([[8, 11, "No such name"]]);
  const [first, second] = checks;
  expect(second).toEqual({ found: first?.found, failure: "away" });
  expect(checks.length).toBe(2);
  view.destroy();
});

test("a file whose first check fails is not called sound, and is checked again when that is asked for", async () => {
  away = true;
  const checks: Check[] = [];
  const extension = checking({ project: "p", path: "utils/a.py" }, (check) => checks.push(check));
  const view = new EditorView({ doc: "foo()", extensions: extension });
  forceLinting(view);
  await vi.waitFor(() => expect(checks).toEqual([{ found: null, failure: "away" }]));
  away = false;
  recheck(view);
  await vi.waitFor(() => expect(checks[1]).toMatchObject({ found: [{ line: 1 }], failure: null }));
  view.destroy();
});
