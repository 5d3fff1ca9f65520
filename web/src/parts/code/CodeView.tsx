/** Code to be read: coloured, with line numbers, and lines that are marked. */

import { Suspense } from "react";
import { lazily } from "@/state/lazily";
import { Loading } from "@/ui/Empty";
import type { ReaderProps } from "./Reader";

const Reader = lazily(() => import("./Reader"));

export function CodeView(props: ReaderProps) {
  return (
    <Suspense fallback={<Loading what="code" />}>
      <Reader {...props} />
    </Suspense>
  );
}
