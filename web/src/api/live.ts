/**
 * The live channel: one web socket for this tab, shared by all who follow a topic.
 *
 * A connection that breaks is made again and goes on behind the last event that was seen, so nobody who follows
 * notices. An event of the kind `gap` says that some were missed: ask for the whole state again.
 * The server closes the connection of whoever wishes for a topic that there is not, or not for them: nobody is told
 * of that topic, and the others go on without it.
 */
import { useEffect, useRef } from "react";
import { create } from "zustand";

export interface LiveEvent {
  seq: number;
  topic: string;
  kind: string;
  data: unknown;
  at: string;
}

export type Listener = (event: LiveEvent) => void;
export type ChannelState = "connecting" | "live" | "offline";

/** Whether the server can be reached, as far as this tab knows. */
export const useChannel = create<{ state: ChannelState }>(() => ({ state: "connecting" }));

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
/** What the server closes with, as in `server/live.py`. */
const NO_SUCH_TOPIC = 4404;
/** A kind, or one thing of it by its ULID. */
const TOPIC = /^[a-z]+(:[0-7][0-9A-HJKMNP-TV-Z]{25})?$/;

class Channel {
  private socket: WebSocket | null = null;
  private pause = FIRST_PAUSE;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly seen = new Map<string, number>();
  /** Wished for and not answered yet, in order: the server takes one after another. */
  private readonly wished = new Set<string>();
  private readonly refused = new Set<string>();

  /** Follow a topic; what is returned ends it. */
  follow(topic: string, listener: Listener): () => void {
    if (!TOPIC.test(topic)) return () => {};
    const known = this.listeners.get(topic);
    if (known) {
      known.add(listener);
    } else {
      this.listeners.set(topic, new Set([listener]));
      this.open();
      this.wish(topic);
    }
    return () => this.leave(topic, listener);
  }

  private leave(topic: string, listener: Listener): void {
    const here = this.listeners.get(topic);
    here?.delete(listener);
    if (!here || here.size > 0) return;
    this.listeners.delete(topic);
    this.seen.delete(topic);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ unsubscribe: topic }));
  }

  private wish(topic: string): void {
    if (this.socket?.readyState !== WebSocket.OPEN || this.refused.has(topic)) return;
    this.wished.add(topic);
    this.socket.send(JSON.stringify({ subscribe: topic, after: this.seen.get(topic) ?? null }));
  }

  private open(): void {
    if (this.socket || this.timer !== undefined) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/live`);
    this.socket = socket;
    socket.onopen = () => {
      useChannel.setState({ state: "live" });
      for (const topic of this.listeners.keys()) this.wish(topic);
    };
    socket.onmessage = (message) => this.tell(JSON.parse(message.data as string) as LiveEvent);
    socket.onclose = ({ code }) => {
      this.socket = null;
      this.refuse(code);
      useChannel.setState({ state: "offline" });
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.open(); // also when nobody follows anything: it tells whether the server can be reached
      }, this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    };
  }

  /** Keep in mind which topic the server closed the connection for; whoever is let in anew may ask for all. */
  private refuse(code: number): void {
    const [topic] = this.wished;
    if (code !== NO_SUCH_TOPIC) this.refused.clear();
    else if (topic !== undefined) this.refused.add(topic);
    this.wished.clear();
  }

  private tell(event: LiveEvent): void {
    this.pause = FIRST_PAUSE;
    if (event.kind === "subscribed") this.wished.delete(event.topic);
    this.seen.set(event.topic, event.seq);
    for (const listener of this.listeners.get(event.topic) ?? []) listener(event);
  }
}

export const live = new Channel();

/** Follow a topic while the component is there; null follows nothing. */
export function useLive(topic: string | null, listener: Listener): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(
    () => (topic === null ? undefined : live.follow(topic, (event) => newest.current(event))),
    [topic],
  );
}
