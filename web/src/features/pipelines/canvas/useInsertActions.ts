/** Adding each operation of the project as an action, so that the palette of all commands adds them at the pointer. */
import { IconPlus } from "@tabler/icons-react";
import { useActions } from "@/state/actions";
import { useBoard } from "./board";
import { useEditor, useOperations } from "./editor";
import { insert } from "./inserting";

export function useInsertActions(): void {
  const { document: live } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  useActions(
    () =>
      [...operations.values()].map(({ name, doc }) => ({
        id: `canvas.add.${name}`,
        label: `Add ${name}`,
        subject: name,
        group: "Operations",
        icon: IconPlus,
        words: doc.split("\n")[0] ?? "",
        when: () => live.writable && !board.past,
        perform: () => {
          const id = insert(live, operations, name, board.at(board.here()));
          board.select(new Set([id]));
          board.show([id]);
        },
      })),
    [live, operations, board, live.writable],
  );
}
