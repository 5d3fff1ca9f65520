/** For tests: a server of live documents in memory, and the web socket that leads to it. */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";
import type { Word } from "./documentSocket";

const SYNC = 0;
const AWARENESS = 1;
const WORD = 4;

export class Hub {
  doc = new Y.Doc();
  epoch = "first";
  user = "ada";
  writable = true;
  /** The code with which every document is refused. */
  refuses: string | null = null;
  /** Whether connections are let in. */
  up = true;
  /** Whether files are written, and that is told. */
  writes = true;
  readonly sockets = new Set<HubSocket>();
  readonly addresses: string[] = [];
  readonly asked: string[] = [];

  /** Begin another history, as a server does that has lost the first. */
  restart(epoch: string): void {
    this.doc = new Y.Doc();
    this.epoch = epoch;
  }

  /** Lose all connections, and refuse new ones. */
  goDown(): void {
    this.up = false;
    for (const socket of [...this.sockets]) socket.end(1006);
  }

  /** Say something to everybody. */
  say(word: Word): void {
    for (const socket of this.sockets) socket.word(word);
  }
}

let hub = new Hub();

/** A new server; all web sockets lead to it from now on. */
export function newHub(): Hub {
  hub = new Hub();
  globalThis.WebSocket = HubSocket as unknown as typeof WebSocket;
  return hub;
}

export class HubSocket {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private seen = 0;
  private shown: Uint8Array | null = null;
  private readonly hub = hub;
  private readonly doc = hub.doc;

  constructor(address: string) {
    this.hub.addresses.push(address);
    queueMicrotask(() => this.open(new URL(address).searchParams.get("epoch")));
  }

  send(data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === SYNC) this.takeSync(decoder);
    if (type === AWARENESS) this.show(data);
    if (type === WORD) {
      this.hub.asked.push(JSON.parse(decoding.readVarString(decoder)).kind);
      this.saved();
    }
  }

  close(): void {
    this.end(1000);
  }

  end(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.hub.sockets.delete(this);
    this.doc.off("update", this.onUpdate);
    queueMicrotask(() => this.onclose?.({ code }));
  }

  word(word: Word): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, WORD);
    encoding.writeVarString(encoder, JSON.stringify(word));
    this.tell(encoding.toUint8Array(encoder));
  }

  saved(): void {
    if (this.hub.writes) this.word({ kind: "saved", at: "2026-05-14T09:03:11.120Z", seen: this.seen });
  }

  private open(epoch: string | null): void {
    const stale = epoch !== null && epoch !== this.hub.epoch;
    if (!this.hub.up || stale) {
      this.end(this.hub.up ? 4409 : 1006);
      return;
    }
    this.readyState = 1;
    if (this.hub.refuses !== null) {
      const { refuses: code, user } = this.hub;
      this.word({ kind: "refused", user, code, message: "It cannot be opened.", hint: null });
      this.end(4404);
      return;
    }
    this.hub.sockets.add(this);
    this.doc.on("update", this.onUpdate);
    this.word({
      kind: "opened",
      epoch: this.hub.epoch,
      user: this.hub.user,
      server: this.hub.doc.clientID,
      writable: this.hub.writable,
      document: { id: "d", kind: "pipeline", saved: null },
    });
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    sync.writeSyncStep1(encoder, this.doc);
    this.tell(encoding.toUint8Array(encoder));
    for (const other of this.hub.sockets) if (other.shown && other !== this) this.tell(other.shown);
  }

  private takeSync(decoder: decoding.Decoder): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    if (sync.readSyncMessage(decoder, encoder, this.doc, this) !== sync.messageYjsSyncStep1) {
      this.seen += 1;
      this.saved();
    }
    if (encoding.length(encoder) > 1) this.tell(encoding.toUint8Array(encoder));
  }

  private onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    sync.writeUpdate(encoder, update);
    this.tell(encoding.toUint8Array(encoder));
  };

  private show(data: Uint8Array): void {
    this.shown = data;
    for (const other of this.hub.sockets) if (other !== this) other.tell(data);
  }

  private tell(data: Uint8Array): void {
    this.onmessage?.({ data: data.slice().buffer as ArrayBuffer });
  }
}
