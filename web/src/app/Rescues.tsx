/** Edits that cannot come into their document any more, one after another. */
import { Suspense } from "react";
import { lazily } from "@/state/lazily";
import { useRescues } from "@/state/rescues";

const RescueDialog = lazily(() => import("./RescueDialog"));

export function Rescues() {
  const [first] = useRescues();
  if (!first) return null;
  return (
    <Suspense>
      <RescueDialog key={first.path + first.text} rescued={first} />
    </Suspense>
  );
}
