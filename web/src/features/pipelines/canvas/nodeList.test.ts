// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import type { Board } from "./board";
import { Commands, type Scope } from "./commands";
import { nodeActions } from "./nodeList";
import { createSession } from "./session";

/** The command that selects the connection which has the focus, while these are selected. */
function selecting(selection: string[], edges: string[]) {
  const session = createSession();
  session.setState({ selection: new Set(selection), edges: new Set(edges) });
  const select = vi.fn();
  const board = { isActive: () => true, focusedEdge: () => "a-b", select } as unknown as Board;
  const commands = new Commands({} as Scope["live"], new Map(), board, session);
  const scope = { commands, board, session, clipboard: {} } as Scope;
  const command = nodeActions(scope, () => undefined).find(({ id }) => id === "edge.select");
  if (!command) throw new Error("There is no such command.");
  return { command, select };
}

test("a connection that alone is selected is not offered to be selected", () => {
  expect(selecting([], ["a-b"]).command.when?.()).toBe(false);
  expect(selecting([], []).command.when?.()).toBe(true);
});

test("of several things that are selected, and beside others, it can be chosen alone", () => {
  for (const [nodes, edges] of [
    [[], ["a-b", "b-c"]],
    [["a"], ["a-b"]],
    [[], ["b-c"]],
  ] as const) {
    const { command, select } = selecting([...nodes], [...edges]);
    expect(command.when?.()).toBe(true);
    command.perform();
    expect(select.mock.calls).toEqual([[new Set(["a-b"])]]);
  }
});
