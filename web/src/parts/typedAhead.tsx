/**
 * What is typed while the field for it is still being loaded.
 *
 * Whoever opens a palette types on at once. Without this, the letters would be commands to the view behind. The
 * field takes the text in the commit that puts it in the place of `TypedAhead`, so that no key falls between the two.
 */
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";

let typed = "";
let entered = false;
let waiting = 0;

/** In the field's place until it is there. Escape gives it up; what follows Enter is for what the field has done. */
export function TypedAhead({ cancel }: { cancel: () => void }) {
  const giveUp = useEffectEvent(cancel);
  useLayoutEffect(() => {
    const keep = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // another field may be waited for, too
      if (event.key === "Escape") {
        forget();
        giveUp();
      } else if (entered) return;
      else if (event.key === "Enter") entered = true;
      else if (event.key === "Backspace") typed = typed.slice(0, -1);
      else if (event.key.length === 1) typed += event.key;
    };
    window.addEventListener("keydown", keep, true);
    waiting += 1;
    return () => {
      window.removeEventListener("keydown", keep, true);
      waiting -= 1;
      queueMicrotask(() => waiting === 0 && forget()); // what no field has taken in this commit
    };
  }, []);
  return null;
}

function forget(): void {
  typed = "";
  entered = false;
}

/** The text of the field, which begins with what was typed, and the reference that the field needs: Enter is pressed in it. */
export function useTyped() {
  const [text, setText] = useState("");
  const [pressed, setPressed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (typed) setText(typed);
    if (entered) setPressed(true);
    field.current?.focus();
  }, []);
  useEffect(() => {
    if (!pressed) return;
    setPressed(false);
    field.current?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
    );
  }, [pressed]);
  return [text, setText, field] as const;
}
