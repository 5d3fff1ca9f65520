/**
 * Presence: who else is in a document, where they point, what they have selected and what they look at.
 *
 * Each browser has a name and a colour. The name is the person's own; where the same account is in a document
 * twice, the second browser is a guest with a number, until somebody gives it a name. The colour is that which it had
 * last, as long as nobody who is there already has the same.
 */
import { useEffect, useSyncExternalStore } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { useMe } from "@/api/queries";
import { COLORS, colorBeside, type Seat } from "./colors";
import type { LiveDocument } from "./document";
import { oncePer } from "./oncePer";

export interface User {
  /** Of the account. */
  id: string;
  name: string;
  color: string;
  colorLight: string;
  /** Of this browser; tabs of one browser have the same. */
  browser: string;
  /** When this tab came, in milliseconds since 1970. */
  since?: number;
}

/** What one tab shows the others. */
export interface Presence {
  user: User;
  path: string;
  cursor?: readonly [x: number, y: number] | null;
  selection?: readonly string[];
  /** Where nodes are while they are dragged. */
  drag?: Readonly<Record<string, readonly [x: number, y: number]>> | null;
  /** What part of the canvas is seen: the middle and the zoom. */
  view?: readonly [x: number, y: number, zoom: number] | null;
  /** The number of the first line of the text that is seen. */
  top?: number;
}

/** One tab that is in a document, whatever it does. */
export interface Member {
  client: number;
  mine: boolean;
  user: User;
}

export interface Person extends Presence, Member {}

/** Letters of the name that somebody chooses. */
export const LONGEST_NAME = 60;
/** Milliseconds between two messages of where I point. */
const PACE = 1000 / 30;
/** Of more nodes than these it is not told that they are selected, or dragged just now. */
const MOST_SELECTED = 500;
const MOST_DRAGGED = 300;

interface Identity {
  browser: string;
  /** The colour that it had last. */
  color: string;
  /** The name that was chosen in this browser. */
  chosen: string | null;
  rename: (name: string) => void;
}

const useIdentity = create<Identity>()(
  persist(
    (set) => ({
      browser: crypto.getRandomValues(new Uint32Array(2)).join("-"),
      color: COLORS[0] as string,
      chosen: null,
      rename: (name) => set({ chosen: [...name.trim()].slice(0, LONGEST_NAME).join("") || null }),
    }),
    { name: "deepforge.me" },
  ),
);
// What was made up at the first visit is kept.
useIdentity.setState({});

/** The name of this browser and the colour that it had last, and how to choose another name. */
export function useMyself(): { name: string; color: string; rename: (name: string) => void } {
  const { color, chosen, rename } = useIdentity();
  const account = useMe().data;
  return { name: chosen ?? account?.name ?? "", color, rename };
}

/** Who is in a document, me first. It renders again when somebody comes, goes or is renamed, not when one moves. */
export function useMembers(document: LiveDocument): readonly Member[] {
  const { subscribe, company } = companyOf(document);
  return useSyncExternalStore(subscribe, () => company().members);
}

/** The others in a document, with what they do just now. */
export function useOthers(document: LiveDocument): readonly Person[] {
  const { subscribe, company } = companyOf(document);
  return useSyncExternalStore(subscribe, () => company().others);
}

/** Be in a document with my name and colour while the component is there. */
export function useIntroduction(document: LiveDocument): void {
  const { browser, chosen } = useIdentity();
  const account = useMe().data;
  useEffect(() => {
    if (!account) return;
    const introduce = () => {
      const name = chosen ?? guestName(document, browser, account.user, account.name);
      const known = document.awareness.getLocalState()?.user as User | undefined;
      const { color, since } = seatOf(document, browser, known);
      if (known?.name === name && known.color === color && known.id === account.user) return;
      const user: User = { id: account.user, name, color, colorLight: `${color}33`, browser, since };
      document.awareness.setLocalStateField("user", user);
      document.awareness.setLocalStateField("path", document.path);
      if (useIdentity.getState().color !== color) useIdentity.setState({ color });
    };
    introduce();
    document.awareness.on("change", introduce);
    return () => document.awareness.off("change", introduce);
  }, [document, browser, chosen, account]);
  useEffect(() => () => leave(document), [document]);
}

/** Be no longer there, though the document stays open for a while. */
function leave(document: LiveDocument): void {
  const waiting = pending.get(document);
  if (waiting?.timer) clearTimeout(waiting.timer);
  pending.delete(document);
  if (document.awareness.getLocalState() !== null) document.awareness.setLocalState({});
}

const pending = new WeakMap<
  LiveDocument,
  { fields: Partial<Presence>; timer: ReturnType<typeof setTimeout> | null; last: number }
>();

/** Show the others where I am; many calls in a row are sent as one, at most 30 a second. */
export function show(document: LiveDocument, fields: Partial<Omit<Presence, "user" | "path">>): void {
  const waiting = pending.get(document) ?? { fields: {}, timer: null, last: 0 };
  pending.set(document, waiting);
  Object.assign(waiting.fields, fields);
  const { selection, drag } = waiting.fields;
  if (selection) waiting.fields.selection = selection.slice(0, MOST_SELECTED);
  if (drag) waiting.fields.drag = Object.fromEntries(Object.entries(drag).slice(0, MOST_DRAGGED));
  if (waiting.timer !== null) return;
  const send = () => {
    waiting.timer = null;
    waiting.last = Date.now();
    const state = document.awareness.getLocalState();
    if (state) document.awareness.setLocalState({ ...state, ...waiting.fields });
    waiting.fields = {};
  };
  const rest = waiting.last + PACE - Date.now();
  if (rest <= 0) send();
  else waiting.timer = setTimeout(send, rest);
}

interface Following {
  /** The tab whose view mine follows, by document. */
  client: number | null;
  document: LiveDocument | null;
}

const useFollowing = create<Following>(() => ({ client: null, document: null }));

/** Whose view mine follows in a document, and how to begin and end it. It ends when that person leaves. */
export function useFollow(document: LiveDocument): {
  person: Person | null;
  follow: (client: number) => void;
  stop: () => void;
} {
  const following = useFollowing();
  const client = following.document === document ? following.client : null;
  const { subscribe, company } = companyOf(document);
  const person = useSyncExternalStore(
    subscribe,
    () => company().others.find((one) => one.client === client) ?? null,
  );
  useEffect(() => {
    if (client !== null && person === null) stop();
  }, [client, person]);
  return { person, follow: (chosen) => useFollowing.setState({ client: chosen, document }), stop };
}

function stop(): void {
  useFollowing.setState({ client: null, document: null });
}

/** The initials of a name, for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? "?")][0]?.toUpperCase()).join("");
}

/** My place among those who are in a document, with a colour that is nobody else's. */
function seatOf(document: LiveDocument, browser: string, known: User | undefined): Seat {
  const client = document.doc.clientID;
  const since = known?.since ?? Date.now();
  const mine: Seat = { client, browser, since, color: known?.color ?? useIdentity.getState().color };
  const others: Seat[] = [];
  for (const [other, { user }] of document.awareness.getStates() as Map<number, Partial<Presence>>)
    if (user && other !== client) others.push({ ...user, client: other, since: user.since ?? 0 });
  return { ...mine, color: colorBeside(mine, others) };
}

/** The account's name, or `Guest 2` when other browsers of the same account came before. */
function guestName(document: LiveDocument, browser: string, account: string, name: string): string {
  const states = [...document.awareness.getStates()] as [number, Partial<Presence>][];
  const others = states.filter(
    ([client, state]) =>
      client !== document.doc.clientID && state.user?.id === account && state.user.browser !== browser,
  );
  const mine = document.awareness.getLocalState()?.user as User | undefined;
  const taken = new Set(others.map(([, state]) => state.user?.name));
  if (mine && mine.id === account && !taken.has(mine.name)) return mine.name;
  const clash = others.some(([, state]) => state.user?.name === name);
  if (!clash) return name;
  // Both came at once: the one whose browser sorts first keeps the name.
  if (mine?.name === name && others.every(([, state]) => browser < (state.user?.browser ?? "")))
    return mine.name;
  let number = 2;
  while (taken.has(`Guest ${number}`)) number += 1;
  return `Guest ${number}`;
}

interface Company {
  members: readonly Member[];
  others: readonly Person[];
}

interface Watch {
  company: () => Company;
  subscribe: (listener: () => void) => () => void;
}

/** The one watch over who is in a document. What did not change stays the same object; changes within a frame are one. */
const companyOf = oncePer((document: LiveDocument): Watch => {
  let now = read(document, { members: [], others: [] });
  let frame: number | null = null;
  const listeners = new Set<() => void>();
  const changed = () => {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      now = read(document, now);
      for (const listener of [...listeners]) listener();
    });
  };
  return {
    company: () => now,
    subscribe: (listener) => {
      if (listeners.size === 0) document.awareness.on("change", changed);
      listeners.add(listener);
      changed();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        if (frame !== null) cancelAnimationFrame(frame);
        frame = null;
        document.awareness.off("change", changed);
      };
    },
  };
});

/** What a person was read from. */
const stateOf = new WeakMap<Person, unknown>();

function read(document: LiveDocument, before: Company): Company {
  const members: Member[] = [];
  const others: Person[] = [];
  for (const [client, state] of document.awareness.getStates() as Map<number, Partial<Presence>>) {
    const { user } = state;
    if (typeof user?.name !== "string") continue;
    const mine = client === document.doc.clientID;
    const known = before.members.find((one) => one.client === client);
    const member = known && isSameUser(known.user, user) ? known : { client, mine, user };
    if (mine) {
      members.unshift(member);
      continue;
    }
    members.push(member);
    const seen = before.others.find((one) => one.client === client);
    const person = seen && stateOf.get(seen) === state ? seen : ({ ...state, client, mine } as Person);
    stateOf.set(person, state);
    others.push(person);
  }
  return { members: kept(before.members, members), others: kept(before.others, others) };
}

function isSameUser(one: User, other: User): boolean {
  return one.name === other.name && one.color === other.color && one.id === other.id;
}

function kept<Thing>(before: readonly Thing[], now: readonly Thing[]): readonly Thing[] {
  return before.length === now.length && before.every((one, index) => one === now[index]) ? before : now;
}
