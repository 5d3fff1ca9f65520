/** Pasting: nodes that were copied, or the Python of an operation that is then made. */
import { looksLikePython, pasted, readFragment } from "@/graph/clipboard";
import type { Point } from "@/graph/model";
import type { Operations } from "@/graph/operation";
import type { LiveDocument } from "@/state/document";
import { liveGraph, write } from "@/state/graph";
import { failed, nothing } from "@/state/toasts";
import type { Board } from "./board";
import { insert } from "./inserting";
import { tellMade } from "./madeOperation";
import { createOperation, nameIn } from "./newOperation";

interface Place {
  live: LiveDocument;
  project: string;
  operations: Operations;
  board: Board;
  at: Point;
  /** Go to the code of what was made. */
  open: (path: string) => void;
}

/** Take what was on the clipboard in. */
export function take(found: string, keepLinks: boolean, place: Place): void {
  const { live, project, operations, board, at, open } = place;
  try {
    const fragment = readFragment(found);
    if (fragment) {
      const { changes, ids } = pasted(liveGraph(live).snapshot(), fragment, at, keepLinks);
      write(live, "paste", changes);
      board.select(new Set(ids));
      board.show(ids);
    } else if (looksLikePython(found)) {
      createOperation(project, nameIn(found) ?? "operation", found)
        .then((made) => {
          const node = insert(live, operations, made.name, at);
          tellMade(
            { live, project, operation: made, node },
            {
              message: `${made.name} was made of the pasted code, in ${made.path}.`,
              more: { label: "Open", perform: () => open(made.path) },
            },
          );
          board.select(new Set([node]));
        })
        .catch((error: unknown) => failed(error, "The code was not pasted"));
    } else if (found.trim() !== "")
      nothing(
        "What is on the clipboard is neither nodes nor the code of an operation. Other code becomes one by “New operation of copied code” in the palette.",
      );
  } catch (error) {
    failed(error);
  }
}
