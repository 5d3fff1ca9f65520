/** How wide an element is. */
import { type RefObject, useEffect, useState } from "react";

/** The width of an element in pixels, in steps, so that dragging an edge does not ask for new points at each pixel. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = element.current!;
    const observer = new ResizeObserver(() => setWidth(box.clientWidth));
    observer.observe(box);
    setWidth(box.clientWidth);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** How many entries to ask for. */
export const entriesFor = (width: number): number => Math.max(200, Math.ceil(width / 200) * 200);
