/** The actions of the arrow keys: from node to node, and with what is selected. */
import type { Point } from "@/graph/model";
import type { Direction } from "@/graph/travel";
import type { Action } from "@/state/actions";
import type { Scope } from "./commands";

const ARROWS: readonly [Direction, string, Point][] = [
  ["left", "Left", [-1, 0]],
  ["right", "Right", [1, 0]],
  ["up", "Up", [0, -1]],
  ["down", "Down", [0, 1]],
];

export function movingActions({ commands, board, session }: Scope): Action[] {
  const { active, editable } = commands;
  return [
    {
      id: "canvas.escape",
      label: "Select nothing",
      group: "Moving around",
      keys: ["Esc"],
      when: () => active() && (session.getState().selection.size > 0 || session.getState().edges.size > 0),
      perform: () => commands.selectNothing(),
    },
    ...ARROWS.flatMap(([direction, key, step]): Action[] => [
      {
        id: `canvas.nudge-${direction}`,
        label: `Move ${direction}`,
        group: "Moving around",
        keys: [key],
        when: () => editable() && session.getState().selection.size > 0,
        perform: () => commands.nudge(step, 1),
      },
      {
        id: `canvas.push-${direction}`,
        label: `Move ${direction} by ten`,
        group: "Moving around",
        keys: [`Shift+${key}`],
        when: () => editable() && session.getState().selection.size > 0,
        perform: () => commands.nudge(step, 10),
      },
      {
        id: `canvas.go-${direction}`,
        label: `Go to the next node ${direction}`,
        group: "Moving around",
        keys: [key],
        when: () =>
          active() &&
          session.getState().selection.size === 0 &&
          (board.focused() ?? board.focusedEdge()) !== null,
        perform: () => commands.travel(direction, false),
      },
      {
        id: `canvas.pick-${direction}`,
        label: `Select the next node ${direction}`,
        group: "Moving around",
        keys: [`Mod+${key}`],
        when: active,
        perform: () => commands.travel(direction, true),
      },
    ]),
  ];
}
