/**
 * The wire of a live document: one web socket that is made again when it breaks, with pauses that grow.
 *
 * Sync (0) and awareness (1) are y-protocols' own messages; message 4 is a JSON text of DeepForge's.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as awareness from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import type * as Y from "yjs";

const SYNC = 0;
const AWARENESS = 1;
const WORD = 4;

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 4000;
/** Milliseconds without a sign of the server after which a connection counts as broken. */
const SILENCE = 30_000;

/** Bytes of a message that shows where I am; the server refuses larger ones. */
const LARGEST_STATE = 60_000;

/** Codes by which the server says that trying again is of no use, or that another copy is needed. */
export const STALE = 4409;
export const REFUSED = 4404;
export const SIGNED_OUT = 4401;
/** What was sent in one piece is more than the server takes. */
export const TOO_LARGE = 1009;

export interface Opened {
  kind: "opened";
  epoch: string;
  /** The account that the server takes this tab for. */
  user: string;
  /** The id by which the server changes the document, for example because its file changed. */
  server: number;
  writable: boolean;
  document: { id: string; kind: "pipeline" | "text"; saved: string | null };
}

/** What the server says of a document besides its content. */
export type Word =
  | Opened
  /** The server lives. */
  | { kind: "here" }
  | { kind: "saved"; at: string; seen: number }
  | { kind: "unreadable"; message: string; line: number | null }
  | { kind: "readable" }
  | { kind: "gone" }
  | { kind: "trouble"; message: string; hint: string | null }
  | { kind: "refused"; user: string; code: string; message: string; hint: string | null };

export interface Handlers {
  word: (word: Word) => void;
  /** The server's content has come. */
  synced: () => void;
  open: () => void;
  /** The server was sent all that it lacked. */
  answered: () => void;
  closed: (code: number) => void;
}

export class DocumentSocket {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private pause = FIRST_PAUSE;
  private heard = 0;
  private ended = false;
  private opened = false;
  /** How many messages with edits went out on this connection. */
  sent = 0;

  constructor(
    private readonly address: () => string,
    private readonly doc: Y.Doc,
    private readonly aware: awareness.Awareness,
    private readonly handlers: Handlers,
  ) {
    doc.on("update", this.onUpdate);
    aware.on("update", this.onAwareness);
    window.addEventListener("online", this.retry);
    window.addEventListener("offline", this.drop);
    this.connect();
  }

  get isOpen(): boolean {
    return this.opened;
  }

  /** Say something to the server; whether it could be said. */
  say(word: object): boolean {
    if (!this.opened) return false;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, WORD);
    encoding.writeVarString(encoder, JSON.stringify(word));
    this.send(encoder);
    return true;
  }

  /** End the connection for good. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    clearInterval(this.watchdog);
    this.doc.off("update", this.onUpdate);
    this.aware.off("update", this.onAwareness);
    window.removeEventListener("online", this.retry);
    window.removeEventListener("offline", this.drop);
    if (this.opened) awareness.removeAwarenessStates(this.aware, [this.doc.clientID], "end");
    this.socket?.close();
  }

  /** Try at once, for example because the network is back. */
  retry = (): void => {
    if (this.ended || this.socket) return;
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE;
    this.connect();
  };

  /** The network is gone: what is silent from now on is not waited for. */
  private drop = (): void => {
    const { socket } = this;
    if (!socket) return;
    this.close(1006);
    socket.close();
  };

  private connect(): void {
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.sent = 0;
    socket.onmessage = (event) => {
      if (this.socket === socket && event.data instanceof ArrayBuffer) this.take(new Uint8Array(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.close(event.code);
    };
    this.heard = Date.now();
    this.watchdog = setInterval(() => {
      if (Date.now() - this.heard > SILENCE) socket.close();
    }, SILENCE / 3);
  }

  private close(code: number): void {
    this.socket = null;
    this.opened = false;
    clearInterval(this.watchdog);
    const others = [...this.aware.getStates().keys()].filter((client) => client !== this.doc.clientID);
    awareness.removeAwarenessStates(this.aware, others, "closed");
    for (const client of others) this.aware.meta.delete(client); // who is still there is told anew, by the same clock
    if (!this.ended) {
      this.timer = setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(this.pause * 1.7, LONGEST_PAUSE) * (0.85 + Math.random() * 0.3);
    }
    this.handlers.closed(code);
  }

  private take(data: Uint8Array): void {
    this.heard = Date.now();
    const decoder = decoding.createDecoder(data);
    switch (decoding.readVarUint(decoder)) {
      case SYNC:
        this.takeSync(decoder);
        break;
      case AWARENESS:
        awareness.applyAwarenessUpdate(this.aware, decoding.readVarUint8Array(decoder), this);
        break;
      case WORD:
        this.takeWord(JSON.parse(decoding.readVarString(decoder)) as Word);
    }
  }

  private takeSync(decoder: decoding.Decoder): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    const kind = sync.readSyncMessage(decoder, encoder, this.doc, this);
    if (encoding.length(encoder) > 1) {
      this.sent += 1;
      this.send(encoder);
      this.handlers.answered();
    }
    if (kind === sync.messageYjsSyncStep2) this.handlers.synced();
  }

  private takeWord(word: Word): void {
    if (word.kind === "opened" && !this.opened) {
      this.opened = true;
      this.pause = FIRST_PAUSE;
      this.handlers.word(word);
      if (this.ended) return;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, SYNC);
      sync.writeSyncStep1(encoder, this.doc);
      this.send(encoder);
      const mine = this.aware.getLocalState();
      if (mine !== null) this.aware.setLocalState(mine); // by a later clock: the others were told that I left
      this.handlers.open();
      return;
    }
    this.handlers.word(word);
  }

  private onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || !this.opened) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    sync.writeUpdate(encoder, update);
    this.sent += 1;
    this.send(encoder);
  };

  private onAwareness = (
    { added, updated, removed }: { added: number[]; updated: number[]; removed: number[] },
    origin: unknown,
  ): void => {
    if (origin === this || origin === "closed") return;
    const mine = [...added, ...updated, ...removed].filter((client) => client === this.doc.clientID);
    if (mine.length > 0) this.sendAwareness(mine);
  };

  private sendAwareness(clients: number[]): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(this.aware, clients));
    if (encoding.length(encoder) <= LARGEST_STATE) this.send(encoder);
  }

  private send(encoder: encoding.Encoder): void {
    if (this.opened && this.socket?.readyState === WebSocket.OPEN)
      this.socket.send(encoding.toUint8Array(encoder));
  }
}
