/** Gives what opens beside a button that button, which was there long before. */
import { type Ref, type RefObject, useLayoutEffect } from "react";

interface AnchorProps {
  of: RefObject<HTMLElement | null>;
  /** From the `Target` that it is the child of. */
  ref?: Ref<HTMLElement>;
}

export function Anchor({ of, ref }: AnchorProps) {
  useLayoutEffect(() => {
    if (typeof ref !== "function") return;
    ref(of.current);
    return () => {
      ref(null);
    };
  }, [of, ref]);
  return null;
}
