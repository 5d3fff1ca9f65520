/** Says that the server is away, or that edits wait for it, and that nothing is lost by it. */
import { Button } from "@mantine/core";
import { IconDeviceFloppy, IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useChannel } from "@/api/live";
import { useMe } from "@/api/queries";
import { bringBack, fileKey, useConnection } from "@/state/document";
import { useRescues } from "@/state/rescues";
import { type Entry, look, useShelf } from "@/state/shelf";
import css from "./shell.module.css";

/** Milliseconds; a connection that is back sooner is not worth a word. */
const PATIENCE = 1200;
/** Milliseconds after which edits that are still not saved are waiting, and not just being made by another tab. */
const LONG = 5_000;

export function ConnectionBanner() {
  const connection = useConnection();
  const deaf = useChannel((channel) => channel.state === "offline");
  const isOffline = useLasting(deaf || connection.state === "offline");
  const works = useShelf((shelf) => shelf.works);
  const mine = useMine();
  const waiting = useWaiting(mine, connection.unsaved);
  useEffect(() => void look(), []);
  if (isOffline) {
    const count = new Set([...mine.map(fileKey), ...connection.unsaved]).size;
    return (
      <div className={css.banner} role="status">
        <IconPlugConnectedX size={16} aria-hidden />
        <span>The server cannot be reached. {offlineWords(count, works)}</span>
      </div>
    );
  }
  if (waiting.length === 0) return null;
  return (
    <div className={css.banner} role="status">
      <IconDeviceFloppy size={16} aria-hidden />
      <span title={waiting.map(({ path }) => path).join("\n")}>{unsavedWords(waiting.length)}</span>
      <Button size="compact-sm" variant="default" onClick={() => bringBack(waiting)}>
        Save {waiting.length === 1 ? "it" : "them"} now
      </Button>
    </div>
  );
}

function offlineWords(count: number, works: boolean): string {
  if (works && count > 0) return unsavedWords(count);
  if (works) return "You can go on editing: it is sent when the server is back.";
  return count > 0
    ? "Your edits are in this tab alone, as this browser keeps nothing for pages: leave it open."
    : "You can go on editing, but leave this tab open: this browser keeps nothing for pages.";
}

function unsavedWords(count: number): string {
  return count === 1
    ? "1 file has edits that are not yet saved on the server; they are kept in this browser."
    : `${count} files have edits that are not yet saved on the server; they are kept in this browser.`;
}

/** Whether something is so, and has been for a while. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [now]);
  return lasting;
}

/** What this browser keeps of who is signed in. */
function useMine(): readonly Entry[] {
  const me = useMe().data;
  const entries = useShelf((shelf) => shelf.entries);
  return entries.filter(({ user }) => user === me?.user);
}

/** The files whose edits wait for somebody to open them, one entry for each. */
function useWaiting(mine: readonly Entry[], unsaved: readonly string[]): readonly Entry[] {
  const [now, setNow] = useState(Date.now);
  const offered = useRescues().flatMap(({ entries }) => entries.map(({ id }) => id));
  const open = new Set(unsaved);
  const idle = mine.filter((entry) => !open.has(fileKey(entry)) && !offered.includes(entry.id));
  const next = Math.min(...idle.map(({ at }) => at + LONG).filter((due) => due > now));
  useEffect(() => {
    if (next === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.min(Math.max(next - Date.now(), 0) + 1, LONG));
    return () => clearTimeout(timer);
  }, [next]);
  const due = idle.filter(({ at }) => at + LONG <= now);
  return [...new Map(due.map((entry) => [fileKey(entry), entry])).values()];
}
