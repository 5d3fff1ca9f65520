/** Code to be read: coloured, with line numbers, and lines that are marked. */

import { Suspense } from "react";
import { lazily } from "@/state/lazily";
import { Loading } from "@/ui/Empty";

export interface CodeViewProps {
  text: string;
  /** The line to show first. */
  line?: number | null;
  /** Lines that are marked, each with what is said about it. */
  marks?: ReadonlyMap<number, string>;
  label?: string;
}

const Reader = lazily(() => import("./Reader"));

export function CodeView(props: CodeViewProps) {
  return (
    <Suspense fallback={<Loading what="code" />}>
      <Reader {...props} />
    </Suspense>
  );
}
