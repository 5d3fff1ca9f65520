/** What a port is, on hover: its card is loaded when the first one is asked for. */

import { Suspense, useEffect, useState } from "react";
import type { End } from "@/graph/connect";
import { lazily } from "@/state/lazily";
import { useBoard } from "./board";
import { endOf } from "./connecting";

const PortFacts = lazily(() => import("./PortFacts"));

const DELAY = 350;

interface Shown {
  end: End;
  rect: DOMRect;
}

export function PortCard() {
  const shown = useHoveredPort();
  return (
    shown && (
      <Suspense>
        <PortFacts {...shown} />
      </Suspense>
    )
  );
}

function useHoveredPort(): Shown | null {
  const board = useBoard();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const element = board.element;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enter = (event: Event) => {
      const port = (event.target as Element).closest("[data-port]");
      const end = endOf(port);
      clearTimeout(timer);
      if (!port || !end || (event as PointerEvent).buttons > 0) {
        setShown(null);
        return;
      }
      timer = setTimeout(() => setShown({ end, rect: port.getBoundingClientRect() }), DELAY);
    };
    const leave = () => {
      clearTimeout(timer);
      setShown(null);
    };
    element?.addEventListener("pointerover", enter);
    element?.addEventListener("pointerdown", leave);
    element?.addEventListener("pointerleave", leave);
    element?.addEventListener("wheel", leave, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener("pointerover", enter);
      element?.removeEventListener("pointerdown", leave);
      element?.removeEventListener("pointerleave", leave);
      element?.removeEventListener("wheel", leave);
    };
  }, [board]);
  return shown;
}
