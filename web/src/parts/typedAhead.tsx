/**
 * What is typed while the field for it is still being loaded.
 *
 * Whoever opens a palette types on at once. Without this, the letters would be commands to the view behind.
 */
import { useEffect, useRef, useState } from "react";

let typed = "";
let entered = false;

/** In the field's place until it is there. Escape gives it up; what follows Enter is for what the field has done. */
export function TypedAhead({ cancel }: { cancel: () => void }) {
  useEffect(() => {
    forget();
    const keep = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") cancel();
      else if (entered) return;
      else if (event.key === "Enter") entered = true;
      else if (event.key === "Backspace") typed = typed.slice(0, -1);
      else if (event.key.length === 1) typed += event.key;
    };
    window.addEventListener("keydown", keep, true);
    return () => window.removeEventListener("keydown", keep, true);
  }, [cancel]);
  return null;
}

function forget(): void {
  typed = "";
  entered = false;
}

/** The text of the field, which begins with what was typed, and the reference that the field needs: Enter is pressed in it. */
export function useTyped() {
  const [text, setText] = useState(typed);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const isMeant = entered;
    forget();
    if (isMeant)
      field.current?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
  }, []);
  return [text, setText, field] as const;
}
