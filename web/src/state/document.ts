/**
 * Live documents: files that several people edit at once, each one a Yjs document that the server keeps.
 *
 * `openDocument` and `useDocument` share one document of a file among all who ask for it in this tab; it is closed
 * a while after the last of them let go, later when there is something in it to undo. What is edited while the server
 * is away is kept, here and on the shelf of this browser, and sent when it is back: by this tab, or by the next one
 * that opens the file.
 */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { create } from "zustand";
import { DocumentKeeper, KEPT } from "./documentKeeper";
import {
  DocumentSocket,
  type Opened,
  REFUSED,
  SIGNED_OUT,
  STALE,
  TOO_LARGE,
  type Word,
} from "./documentSocket";
import { DocumentUndo } from "./documentUndo";
import { contentOf, isOffered, type Reason, rescue, rescueKept } from "./rescues";
import { entriesOf, type Kept, useShelf } from "./shelf";
import { done } from "./toasts";

/** `gone`: the file was deleted. `refused`: there is no such document, or it cannot be edited live. */
export type DocumentStatus = "connecting" | "live" | "offline" | "readonly" | "gone" | "refused";

export interface Trouble {
  message: string;
  hint: string | null;
}

/** Milliseconds that a document stays open when nobody shows it. */
const MOMENT = 5000;
/** Milliseconds for one with something to undo, and how many of these there may be. */
const LINGER = 600_000;
const MOST_LEFT = 8;
const AWAY = "The server cannot be reached. What you made is kept here, and saved when it is back.";
const SIGN_IN: Trouble = {
  message: "You are signed out.",
  hint: "Open the address that `deepforge start` prints, then this page again.",
};
const KEPT_FOR_ME = "Your edits are kept in this browser, and sent when you are back.";
/** The code of what there is not. */
const NOT_FOUND = "not_found";
/** The transaction origin of everything that the person of this tab does. */
const MINE = "mine";
/** The account that this tab is signed in with, as the server said last. */
let me: string | null = null;

/** Presence that lasts as long as a connection, by which the server tells who has gone: nobody has to be told again. */
function lastingAwareness(doc: Y.Doc): Awareness {
  const made = new Awareness(doc);
  clearInterval(made._checkInterval);
  return made;
}

export class LiveDocument {
  readonly doc = new Y.Doc();
  readonly awareness = lastingAwareness(this.doc);
  /** My own steps, and nobody else's. */
  readonly undo: Y.UndoManager;
  readonly steps: DocumentUndo;
  status: DocumentStatus = "connecting";
  /** Whether the content has come from the server at least once. */
  ready = false;
  /** Whether the person of this tab may edit. */
  writable = false;
  kind: "pipeline" | "text" | null = null;
  /** When the file was last written, UTC. */
  savedAt: string | null = null;
  /** Whether some of my edits are not in the file yet. */
  unsaved = false;
  /** Why the file cannot be read as what it is; it is edited as text until it can. */
  unreadable: { message: string; line: number | null } | null = null;
  /** What keeps the server from opening or writing the file. */
  trouble: Trouble | null = null;
  /** The document that took this one's place when the server had another history of it. */
  successor: LiveDocument | null = null;

  private epoch: string | null = null;
  /** Whose edits these are: the account. */
  private whose: string | null = null;
  /** Whether the server has said which history it has of this document. */
  private told = false;
  /** The code with which the server has refused it. */
  private refusal: string | null = null;
  private ended = false;
  /** Whether the server could not be reached when it was tried last. */
  private away = false;
  /** What is on the shelf of this file and not in this copy. */
  private found: readonly Kept[] = [];
  private readonly keeper: DocumentKeeper;
  /** By which ids the server itself has changed this document. */
  private readonly servers = new Set<number>();
  private readonly socket: DocumentSocket;
  private seen = 0;
  private unsent = false;
  /** Whether the server has been sent on this connection what it lacked. */
  private caughtUp = false;
  private holders = 0;
  private closing: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private version = 0;
  private waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(
    readonly project: string,
    readonly path: string,
  ) {
    const { doc } = this;
    const scope = [doc.getMap("nodes"), doc.getMap("notes"), doc.getText("text")];
    this.undo = new Y.UndoManager(scope as Y.AbstractType<unknown>[], {
      trackedOrigins: new Set([MINE]),
      deleteFilter: (item) => !this.steps.spares(item, (id) => id !== doc.clientID && !this.servers.has(id)),
    });
    this.steps = new DocumentUndo(
      this.undo,
      () => this.tell(),
      () => done("Somebody else has worked on that since, so it stays as it is."),
    );
    this.keeper = new DocumentKeeper(doc, () =>
      this.epoch !== null && this.whose !== null
        ? { project, path, user: this.whose, epoch: this.epoch }
        : null,
    );
    this.socket = new DocumentSocket(() => this.address(), doc, this.awareness, {
      word: (word) => this.take(word),
      synced: () => this.update({ ready: true }),
      open: () => this.onOpen(),
      answered: () => {
        this.caughtUp = true; // whether it has seen all of it, it says itself
        if (!this.unsent) return;
        this.unsent = false;
        this.update({});
      },
      closed: (code) => this.onClosed(code),
    });
    doc.on("update", this.onUpdate); // after the socket, which counts what it sends
    void this.lookUp();
    this.linger();
  }

  /** The document's content as a file of text; for pipelines only while the file is unreadable. */
  get text(): Y.Text {
    return this.doc.getText("text");
  }

  /** Have the file written now. Resolves when all that was edited here until now is in it; rejects when it cannot be. */
  save(): Promise<void> {
    if (this.status === "refused" || this.status === "readonly") return Promise.resolve();
    if (this.status === "offline") return Promise.reject(new Error(AWAY));
    if (this.caughtUp && !this.isAhead) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.say({ kind: "save" });
    });
  }

  /** Whether there is something here that the server has not said to have written. */
  private get isAhead(): boolean {
    return this.unsent || this.socket?.sent > this.seen;
  }

  /** Whether there is a connection to the server just now. */
  get isConnected(): boolean {
    return this.socket.isOpen;
  }

  /** Connect now, and not only after a pause. */
  tryAgain(): void {
    this.socket.retry();
  }

  /** Whether nothing is lost when this tab is closed now. */
  get isKept(): boolean {
    return !this.unsaved || this.keeper.isKept;
  }

  /** Write now what this browser is to keep. */
  keep(): void {
    this.keeper.write();
  }

  /** Wait no longer for what will not be written now. */
  private giveUp(why: string): void {
    for (const { reject } of this.waiting.splice(0)) reject(new Error(why));
  }

  /** Keep the document open until the function that is returned is called. */
  retain(): () => void {
    this.holders += 1;
    this.stay();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.release();
    };
  }

  /** Let go of what `openDocument` gave. */
  release(): void {
    this.holders -= 1;
    if (this.holders <= 0) this.linger();
  }

  /** Be told when anything but the content changes: the status, when it was saved, what can be undone. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Grows with each such change. */
  snapshot = (): number => this.version;

  private linger(): void {
    this.stay();
    const worthIt = this.canComeBack && this.undo.undoStack.length + this.undo.redoStack.length > 0;
    if (worthIt) left.add(this);
    this.closeIn(worthIt ? LINGER : MOMENT);
    const many = [...left].slice(0, -MOST_LEFT);
    for (const document of many) if (!document.unsaved) document.close();
  }

  private closeIn(pause: number): void {
    this.closing = setTimeout(() => {
      if (this.unsaved && this.status !== "refused")
        this.closeIn(MOMENT); // what was edited offline is worth waiting for the server
      else this.close();
    }, pause);
  }

  /** No longer be about to close. */
  private stay(): void {
    clearTimeout(this.closing);
    left.delete(this);
  }

  private get canComeBack(): boolean {
    return this.status !== "gone" && this.status !== "refused";
  }

  private close(): void {
    this.stay();
    if (documents.get(fileKey(this)) === this) documents.delete(fileKey(this));
    this.ended = true;
    this.giveUp(AWAY);
    this.keeper.end();
    this.socket.end();
    this.undo.destroy();
    this.awareness.destroy();
    this.doc.destroy();
    this.tell();
  }

  private address(): string {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const query = new URLSearchParams({ path: this.path });
    if (this.epoch !== null) query.set("epoch", this.epoch);
    return `${scheme}//${location.host}/api/v1/documents/${this.project}?${query}`;
  }

  private take(word: Word): void {
    switch (word.kind) {
      case "opened":
        this.onOpened(word);
        break;
      case "saved":
        this.seen = word.seen;
        this.update({ savedAt: word.at, trouble: null });
        break;
      case "unreadable":
        this.update({ unreadable: { message: word.message, line: word.line } });
        break;
      case "readable":
        this.update({ unreadable: null });
        break;
      case "gone":
        this.update({ status: "gone" });
        break;
      case "trouble":
        this.giveUp([word.message, word.hint].filter(Boolean).join(" "));
        this.update({ trouble: { message: word.message, hint: word.hint } });
        break;
      case "refused":
        me = word.user;
        this.refusal = word.code;
        this.giveUp([word.message, word.hint].filter(Boolean).join(" "));
        this.update({ status: "refused", trouble: { message: word.message, hint: word.hint } });
    }
  }

  private onOpened(word: Opened): void {
    me = word.user;
    if (this.epoch !== null) {
      const revoked = !word.writable && (this.unsaved || this.unsent);
      const reason = this.epoch !== word.epoch ? "history" : revoked ? "rights" : null;
      if (reason !== null || this.whose !== me) {
        this.replace(reason ?? "rights");
        return;
      }
    }
    this.epoch = word.epoch;
    this.whose = me;
    this.told = true;
    this.servers.add(word.server);
    this.update({
      writable: word.writable,
      kind: word.document.kind,
      savedAt: word.document.saved,
      status: word.writable ? "live" : "readonly",
      unreadable: null,
      trouble: null,
    });
  }

  private onOpen(): void {
    this.seen = 0;
    this.update({});
    this.takeFound();
  }

  /** Look on the shelf for edits of this file that are not in this copy. */
  async lookUp(): Promise<void> {
    this.found = await entriesOf(this.project, this.path);
    if (!this.ended) this.takeFound();
  }

  /**
   * Merge what the shelf has of this file. While the server has not said which history it has, that is the one
   * that was edited last; what belongs to another one is for the person to copy, as soon as that is known.
   */
  private takeFound(): void {
    const news = this.found.filter((kept) => !isOffered(kept) && !this.keeper.has(kept));
    const mine = news.filter((kept) => me === null || kept.user === me);
    if (mine.length < news.length) sayAnothers(this.path);
    this.found = mine;
    const newest = mine.reduce<Kept | null>((last, kept) => (last && last.at > kept.at ? last : kept), null);
    if (!newest) return;
    if (this.refusal !== null) {
      this.offerFound(this.refusal === NOT_FOUND ? "gone" : null);
      return;
    }
    this.epoch ??= newest.epoch;
    this.whose ??= newest.user;
    const fits = ({ epoch, user }: Kept) => epoch === this.epoch && user === this.whose;
    if (this.told && this.status === "readonly") {
      this.offerFound("rights");
      return;
    }
    this.found = mine.filter((kept) => !fits(kept));
    for (const kept of mine.filter(fits)) this.keeper.take(kept);
    this.offerFound(this.told ? "history" : null);
    this.update({});
    this.showKept();
  }

  private offerFound(why: Reason | null): void {
    if (why === null) return;
    rescueKept(this.found, why);
    this.found = [];
  }

  /** Show what comes from the shelf when the server turns out to be away. */
  private showKept(): void {
    if (!this.told && this.away && this.epoch !== null && this.status === "connecting")
      this.update({ ready: true, writable: true, status: "offline" });
  }

  private onClosed(code: number): void {
    if (this.unsaved) this.unsent = true;
    this.caughtUp = false;
    this.away = true;
    this.giveUp(AWAY);
    if (code === STALE || code === TOO_LARGE) this.replace(code === STALE ? "history" : "large");
    else if (code === REFUSED || this.status === "refused") {
      this.socket.end();
      if (this.refusal === NOT_FOUND) this.keepForMe("gone");
      this.update({ status: "refused" });
    } else if (code === SIGNED_OUT) {
      this.socket.end();
      this.signedOut();
    } else this.update({ status: this.ready ? "offline" : "connecting" });
    this.showKept();
  }

  /** What is not saved waits on the shelf; where there is none, it is for the person to copy. */
  private signedOut(): void {
    const isKept = this.unsaved && useShelf.getState().works;
    this.keeper.write();
    if (!isKept) this.keepForMe("signed out");
    const trouble = isKept ? { ...SIGN_IN, hint: `${SIGN_IN.hint} ${KEPT_FOR_ME}` } : SIGN_IN;
    this.update({ status: "refused", writable: false, trouble });
  }

  /** The server has another history of this document, or does not take mine: this copy is never merged into it. */
  private replace(why: Reason): void {
    if (this.successor) return;
    const fresh = new LiveDocument(this.project, this.path);
    this.keepForMe(why);
    fresh.holders = this.holders;
    if (fresh.holders > 0) fresh.stay();
    this.successor = fresh;
    this.release = () => fresh.release();
    documents.set(fileKey(this), fresh);
    this.unsaved = false;
    this.close();
  }

  /** Keep what the server does not have where the person can copy it; another one's waits on the shelf. */
  private keepForMe(why: Reason): void {
    if (!this.unsaved && !this.unsent) return;
    this.unsent = false;
    this.keeper.write();
    const { project, path } = this;
    if (me !== null && this.whose !== me) sayAnothers(path);
    else rescue({ project, path, text: contentOf(this.doc), why, entries: this.keeper.entries });
  }

  private onUpdate = (_update: Uint8Array, origin: unknown): void => {
    if (origin === this.socket) return;
    if (origin !== KEPT) this.keeper.note();
    if (!this.socket.isOpen) this.unsent = true;
    this.update({});
  };

  private update(change: Partial<LiveDocument>): void {
    Object.assign(this, change);
    this.unsaved = this.isAhead;
    if (!this.unsaved && this.caughtUp) {
      for (const { resolve } of this.waiting.splice(0)) resolve();
      this.keeper.settle();
    }
    if (left.has(this) && !this.canComeBack) this.linger();
    this.tell();
  }

  private tell(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
    tellConnection();
  }
}

const documents = new Map<string, LiveDocument>();
/** Those that nobody shows and that have something to undo, the one left longest ago first. */
const left = new Set<LiveDocument>();

export const fileKey = ({ project, path }: Pick<Kept, "project" | "path">): string => `${project}\n${path}`;

function find(project: string, path: string): LiveDocument {
  const key = fileKey({ project, path });
  const known = documents.get(key);
  if (known) return known;
  const fresh = new LiveDocument(project, path);
  documents.set(key, fresh);
  return fresh;
}

/** The live document of a file, held until its `release` is called. */
export function openDocument(project: string, path: string): LiveDocument {
  const found = find(project, path);
  found.retain();
  return found;
}

/** The live document of a file, held while the component is there; the component follows its status. */
export function useDocument(project: string, path: string): LiveDocument {
  const first = useMemo(() => find(project, path), [project, path]);
  const version = useSyncExternalStore(
    (listener) => {
      const ends = chain(first).map((document) => document.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
    () => newest(first).snapshot() + chain(first).length * 1_000_000,
  );
  void version;
  const document = newest(first);
  useEffect(() => document.retain(), [document]);
  return document;
}

/** Do something to a document as one gesture: one transaction, and one step to undo. */
export function change(document: LiveDocument, label: string, deed: () => void): void {
  document.steps.gesture(label, () => document.doc.transact(deed, MINE));
}

/** Merge and send what the shelf has of these files, though nobody shows them. */
export function bringBack(files: readonly Pick<Kept, "project" | "path">[]): void {
  for (const { project, path } of files) {
    const document = openDocument(project, path);
    void document.lookUp();
    document.release();
  }
}

/** Files of which it was said that they have edits of another account. */
const anothers = new Set<string>();

function sayAnothers(path: string): void {
  if (anothers.has(path)) return;
  anothers.add(path);
  done(
    `Another account has edits of ${path} that are not saved. This browser keeps them until it signs in again.`,
  );
}

export interface Connection {
  /** `offline` when any open document has lost the server. */
  state: "live" | "connecting" | "offline";
  /** Files of which this tab has edits that are not saved, as `fileKey` names them. */
  unsaved: readonly string[];
}

const connection = create<Connection>(() => ({ state: "live", unsaved: [] }));

/** How the open documents of this tab stand with the server. */
export const useConnection = (): Connection => connection();

/** Whether an open document has lost the server. */
export const isOffline = (): boolean => connection.getState().state === "offline";

/** Whether an open document has not come yet. */
export const isOpening = (): boolean => connection.getState().state === "connecting";

function tellConnection(): void {
  const all = [...documents.values()];
  const state = all.some((one) => one.status === "offline")
    ? "offline"
    : all.some((one) => one.status === "connecting")
      ? "connecting"
      : "live";
  const unsaved = all.filter((one) => one.unsaved).map(fileKey);
  const now = connection.getState();
  if (now.state !== state || now.unsaved.join() !== unsaved.join()) connection.setState({ state, unsaved });
}

if (typeof window !== "undefined") {
  window.addEventListener("beforeunload", (event) => {
    const losable = [...documents.values()].filter((one) => one.status === "offline" && !one.isKept);
    for (const document of losable) document.keep();
    if (losable.length > 0) event.preventDefault();
  });
}

/** A document and those that took its place. */
function chain(first: LiveDocument): LiveDocument[] {
  const found = [first];
  for (let next = first.successor; next; next = next.successor) found.push(next);
  return found;
}

function newest(first: LiveDocument): LiveDocument {
  return chain(first).at(-1) as LiveDocument;
}
