/** A document that is being opened; when that takes long, why, as far as it can be found out. */
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ApiError, api, ask } from "@/api/client";
import type { LiveDocument, Trouble } from "@/state/document";
import { Failed, Loading } from "@/ui/Empty";

/** Milliseconds. */
const PATIENCE = 8000;
const SLOW: Trouble = {
  message: "The server has been asked for it and has not sent it yet.",
  hint: "It may be large, or the server may have much to do. It is shown as soon as it comes.",
};
const AWAY: Trouble = {
  message: "The server cannot be reached.",
  hint: "It is tried again all the time. It is shown as soon as it comes.",
};
const BLOCKED: Trouble = {
  message: "The server answers, but web sockets do not get through to it, and files are edited over these.",
  hint: "A proxy in front of DeepForge has to pass web sockets on, and the setting public_url has to be the address of this page. It is tried again all the time.",
};

export function Opening({ document, what }: { document: LiveDocument; what: string }) {
  const [tries, setTries] = useState(0);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try waits anew
  useEffect(() => {
    let isHere = true;
    const timer = setTimeout(
      () => void causeOf(document).then((cause) => isHere && setTrouble(cause)),
      PATIENCE,
    );
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [document, tries]);
  if (!trouble) return <Loading what={what} />;
  const again = () => {
    setTrouble(null);
    setTries(tries + 1);
    document.tryAgain();
  };
  return (
    <Failed
      what={`${document.path} has not opened yet`}
      error={trouble}
      action={<Button onClick={again}>Try again</Button>}
    />
  );
}

async function causeOf(document: LiveDocument): Promise<Trouble> {
  if (document.isConnected) return SLOW;
  return (await answers()) ? BLOCKED : AWAY;
}

/** Whether the server answers at all. */
async function answers(): Promise<boolean> {
  try {
    await ask(api.GET("/api/v1/session"));
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status > 0 && error.status < 500;
  }
}
