/** Undo of one person in one document: what each step is called, and what was selected when it was made. */
import type * as Y from "yjs";

/** How a view tells and restores what is selected. */
export interface SelectionKeeper {
  read: () => unknown;
  restore: (selection: unknown) => void;
}

const LABEL = "label";
const SELECTION = "selection";

type StackEvent = Extract<Parameters<Parameters<Y.UndoManager["on"]>[1]>[0], { stackItem: unknown }>;

export class DocumentUndo {
  private label = "";
  private before: unknown = undefined;
  private keeper: SelectionKeeper | null = null;

  constructor(
    private readonly manager: Y.UndoManager,
    changed: () => void,
  ) {
    manager.on("stack-item-added", (event: StackEvent) => {
      const { meta } = event.stackItem;
      if (!meta.has(SELECTION)) meta.set(SELECTION, this.before ?? this.keeper?.read());
      if (!meta.has(LABEL)) meta.set(LABEL, this.label);
      changed();
    });
    manager.on("stack-item-popped", (event: StackEvent) => {
      const { meta } = event.stackItem;
      const other = event.type === "undo" ? manager.redoStack.at(-1) : manager.undoStack.at(-1);
      other?.meta.set(LABEL, meta.get(LABEL));
      const kept = meta.get(SELECTION);
      if (kept !== undefined) this.keeper?.restore(kept);
      changed();
    });
    manager.on("stack-cleared", changed);
  }

  /** Do something that is one step, whatever came before and comes after it. */
  gesture(label: string, deed: () => void): void {
    this.manager.stopCapturing();
    this.label = label;
    this.before = this.keeper?.read();
    try {
      deed();
    } finally {
      this.manager.stopCapturing();
      this.label = "";
      this.before = undefined;
    }
  }

  /** Let undo and redo restore what a view had selected, until the function that is returned is called. */
  keepSelection(keeper: SelectionKeeper): () => void {
    this.keeper = keeper;
    return () => {
      if (this.keeper === keeper) this.keeper = null;
    };
  }

  /** What the next undo takes back; null when there is nothing. */
  get undoLabel(): string | null {
    return labelOf(this.manager.undoStack.at(-1));
  }

  /** What the next redo does again; null when there is nothing. */
  get redoLabel(): string | null {
    return labelOf(this.manager.redoStack.at(-1));
  }
}

function labelOf(item: Y.UndoManager["undoStack"][number] | undefined): string | null {
  return item ? ((item.meta.get(LABEL) as string | undefined) ?? "") : null;
}
