/** The field that one writes in first has the focus, also when it came later than its dialog. */
import { useEffect, useRef } from "react";

export function useFocus<Field extends HTMLElement>() {
  const field = useRef<Field>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
