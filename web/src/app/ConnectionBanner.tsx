/** Says that the server is away, and that nothing is lost by it. */
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useChannel } from "@/api/live";
import { useConnection } from "@/state/document";
import css from "./shell.module.css";

/** Milliseconds; a connection that is back sooner is not worth a word. */
const PATIENCE = 1200;

export function ConnectionBanner() {
  const connection = useConnection();
  const deaf = useChannel((channel) => channel.state === "offline");
  const offline = deaf || connection.state === "offline";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!offline) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [offline]);
  if (!shown) return null;
  return (
    <div className={css.banner} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      {connection.unsaved
        ? "The server cannot be reached. Your edits are kept in this tab and sent when it is back."
        : "The server cannot be reached. You can go on editing: it is sent when the server is back."}
    </div>
  );
}
