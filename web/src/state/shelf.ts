/**
 * The shelf: edits that the server has not confirmed yet, kept by this browser in IndexedDB.
 *
 * An entry is the whole of a document as one tab had it. All that tells what it is of is its key, also when it was
 * written: who takes away what he has read never takes away what was written since.
 */
import { create } from "zustand";

/** What an entry is of. */
export interface Entry {
  project: string;
  path: string;
  /** Whose edits they are: the account. */
  user: string;
  /** Which history of the document they belong to. */
  epoch: string;
  /** The tab's copy of the document. */
  id: string;
  /** When it was written, milliseconds since 1970. */
  at: number;
}

export interface Kept extends Entry {
  /** The document as one update. */
  state: Uint8Array;
}

/** Every method rejects when the browser does not let pages keep anything, or has no room. */
export interface Shelf {
  /** Keep an entry in the place of others. */
  put: (kept: Kept, before: readonly Entry[]) => Promise<void>;
  /** The entries of a file. */
  of: (project: string, path: string) => Promise<Kept[]>;
  /** What all entries are of. */
  all: () => Promise<Entry[]>;
  drop: (entries: readonly Entry[]) => Promise<void>;
}

const NAME = "deepforge";
const STORE = "unsent";
/** Milliseconds after which a browser that does not answer counts as one that keeps nothing. */
const PATIENCE = 5000;

type Key = [project: string, path: string, user: string, epoch: string, id: string, at: number];

const keyOf = ({ project, path, user, epoch, id, at }: Entry): Key => [project, path, user, epoch, id, at];
const entryOf = ([project, path, user, epoch, id, at]: Key): Entry => ({
  project,
  path,
  user,
  epoch,
  id,
  at,
});

let opening: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    setTimeout(reject, PATIENCE, new Error("The browser's store does not answer."));
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = forgetDatabase;
      request.result.onversionchange = () => {
        request.result.close();
        forgetDatabase();
      };
      resolve(request.result);
    };
  });
  opening.catch(forgetDatabase);
  return opening;
}

function forgetDatabase(): void {
  opening = null;
}

/** Do something in one transaction; what `deed` asked for is given when all of it is on the disk. */
async function within<Answer>(
  mode: IDBTransactionMode,
  deed: (store: IDBObjectStore) => () => Answer,
): Promise<Answer> {
  const transaction = (await database()).transaction(STORE, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const answer = deed(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(answer());
    transaction.onabort = () => reject(transaction.error);
    if (mode === "readwrite") transaction.commit();
  });
}

const browsers: Shelf = {
  put: ({ state, ...entry }, before) =>
    within("readwrite", (store) => {
      for (const one of before) store.delete(keyOf(one));
      store.put(state, keyOf(entry));
      return () => undefined;
    }),
  of: (project, path) =>
    within("readonly", (store) => {
      const range = IDBKeyRange.bound([project, path], [project, path, []]); // a list comes after every text
      const [keys, states] = [store.getAllKeys(range), store.getAll(range)];
      return () => keys.result.map((key, at) => ({ ...entryOf(key as Key), state: states.result[at] }));
    }),
  all: () =>
    within("readonly", (store) => {
      const keys = store.getAllKeys();
      return () => (keys.result as Key[]).map(entryOf);
    }),
  drop: (entries) =>
    within("readwrite", (store) => {
      for (const entry of entries) store.delete(keyOf(entry));
      return () => undefined;
    }),
};

let shelf = browsers;

/** For tests: keep things elsewhere. */
export function furnish(other: Shelf): void {
  shelf = other;
}

interface OnShelf {
  entries: readonly Entry[];
  /** Whether the browser has kept what it was last asked to keep. */
  works: boolean;
}

/** What is on the shelf, whichever tab has put it there. */
export const useShelf = create<OnShelf>(() => ({ entries: [], works: true }));

const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("deepforge.shelf");
others?.addEventListener("message", () => void look());

/** Look what is there. */
export async function look(): Promise<void> {
  try {
    useShelf.setState({ entries: await shelf.all() });
  } catch {
    useShelf.setState({ entries: [], works: false });
  }
}

/** Keep an entry in the place of others; whether the browser did. */
export async function put(kept: Kept, before: readonly Entry[]): Promise<boolean> {
  return changed(() => shelf.put(kept, before));
}

/** Take entries away; one that was written anew since stays. */
export async function drop(entries: readonly Entry[]): Promise<boolean> {
  return changed(() => shelf.drop(entries));
}

/** The entries of a file; none where the browser keeps nothing. */
export async function entriesOf(project: string, path: string): Promise<Kept[]> {
  try {
    return await shelf.of(project, path);
  } catch {
    useShelf.setState({ works: false });
    return [];
  }
}

async function changed(deed: () => Promise<void>): Promise<boolean> {
  const works = await deed().then(
    () => true,
    () => false,
  );
  useShelf.setState({ works });
  await look();
  others?.postMessage(null);
  return works;
}
