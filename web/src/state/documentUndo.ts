/** Undo of one person in one document: what each step is called, and what was selected when it was made. */
import * as Y from "yjs";

/** How a view tells and restores what is selected. */
export interface SelectionKeeper {
  read: () => unknown;
  restore: (selection: unknown) => void;
}

/** What belongs to a step and lies outside of the document: a file that was made with a node. */
export interface Beside {
  /** The step was taken back. */
  undone: () => void;
  /** It was done again. */
  redone: () => void;
}

const BESIDE = "beside";
const LABEL = "label";
const SELECTION = "selection";

type StackEvent = Extract<Parameters<Parameters<Y.UndoManager["on"]>[1]>[0], { stackItem: unknown }>;

export class DocumentUndo {
  private label = "";
  private before: unknown = undefined;
  private keeper: SelectionKeeper | null = null;
  private step: Y.UndoManager["undoStack"][number] | undefined;

  constructor(
    private readonly manager: Y.UndoManager,
    private readonly changed: () => void,
    private readonly superseded: () => void,
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
      const beside = meta.get(BESIDE) as Beside | undefined;
      if (beside) other?.meta.set(BESIDE, beside);
      if (event.type === "undo") beside?.undone();
      else beside?.redone();
      const kept = meta.get(SELECTION);
      if (kept !== undefined) this.keeper?.restore(kept);
      changed();
    });
    manager.on("stack-cleared", changed);
    this.stepByStep("undo");
    this.stepByStep("redo");
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

  /** Let something outside of the document go with my newest step. */
  accompany(beside: Beside): void {
    this.manager.undoStack.at(-1)?.meta.set(BESIDE, beside);
  }

  /** Whether my newest step is the one that this goes with. */
  isNewest(beside: Beside): boolean {
    return this.manager.undoStack.at(-1)?.meta.get(BESIDE) === beside;
  }

  /** Let undo and redo restore what a view had selected, until the function that is returned is called. */
  keepSelection(keeper: SelectionKeeper): () => void {
    this.keeper = keeper;
    return () => {
      if (this.keeper === keeper) this.keeper = null;
    };
  }

  /**
   * Whether the step that is taken back just now must leave an item alone: it belongs to a node or a note that the
   * step brought, and `byOthers` finds somebody else's work in it.
   */
  spares(item: Y.Item, byOthers: (client: number) => boolean): boolean {
    const entry = entryOf(item);
    if (!this.step || !entry || !Y.isDeleted(this.step.insertions, entry.id)) return false;
    return someItem(entry, ({ id }) => byOthers(id.client));
  }

  /**
   * Have undo and redo take exactly one step a call. By itself a manager goes on to the step before when one has no
   * effect, because somebody else has set the same value since; that would take back what nobody meant.
   */
  private stepByStep(name: "undo" | "redo"): void {
    const { manager } = this;
    const deed = manager[name].bind(manager);
    manager[name] = () => {
      manager.stopCapturing();
      const stack = name === "undo" ? manager.undoStack : manager.redoStack;
      const before = stack.splice(0, Math.max(stack.length - 1, 0));
      this.step = stack[0];
      try {
        const done = deed();
        if (this.step && !done) this.superseded();
        return done;
      } finally {
        this.step = undefined;
        stack.unshift(...before);
        this.changed();
      }
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

/** The entry of a shared map of the document under which an item lies. */
function entryOf(item: Y.Item): Y.Item | null {
  let found = item;
  for (;;) {
    const above: Y.Item | null = (found.parent as Y.AbstractType<unknown>)._item;
    if (above === null) return found.parentSub === null ? null : found;
    found = above;
  }
}

function someItem(item: Y.Item, test: (item: Y.Item) => boolean): boolean {
  if (item.deleted) return false;
  if (test(item)) return true;
  if (!(item.content instanceof Y.ContentType)) return false;
  return [...item.content.type._map.values()].some((inner) => someItem(inner, test));
}
