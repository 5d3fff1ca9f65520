/** Why a node is in its state, beside what is pointed at. */
import { useEffect } from "react";
import { StateMark } from "@/parts/StateMark";
import { useEditor } from "../canvas/editor";
import { NEXT, type NodeOverlay, useNodeOverlay } from "../canvas/overlay";
import { type NodePreview, usePreview } from "./preview";
import css from "./run.module.css";
import { type Asked, leaveWhy } from "./why";

const WIDTH = 280;
/** The room that it may want below, in pixels. */
const HEIGHT = 190;
const MOST = 8;

export default function WhyCard({ node, rect }: Asked) {
  const { document } = useEditor();
  const overlay = useNodeOverlay(node);
  const preview = usePreview(document).get(node);
  useGoing();
  const causes = overlay ? causesOf(overlay, preview) : [];
  if (causes.length === 0) return null;
  const left = Math.max(8, Math.min(rect.left, window.innerWidth - WIDTH - 8));
  const isLow = rect.bottom + HEIGHT > window.innerHeight;
  const across = isLow ? { bottom: window.innerHeight - rect.top + 6 } : { top: rect.bottom + 6 };
  return (
    <div className={css.why} style={{ left, width: WIDTH, ...across }} role="tooltip">
      {overlay?.state && <StateMark state={overlay.state} word={overlay.word} />}
      <ul>
        {causes.slice(0, MOST).map((cause) => (
          <li key={cause}>{cause}</li>
        ))}
        {causes.length > MOST && <li>and {causes.length - MOST} more</li>}
      </ul>
    </div>
  );
}

/** What keeps it from running, each thing that changed, or else the one reason. */
function causesOf(overlay: NodeOverlay, preview: NodePreview | undefined): readonly string[] {
  if (overlay.problems) return overlay.problems;
  const { changes = [] } = preview ?? {};
  if (overlay.state === "stale" && changes.length > 1) return changes.map((cause) => cause.words);
  return [overlay.reason ?? [], overlay.next ? NEXT[overlay.next] : []].flat();
}

/** A key, or the wheel under which the node moves away, takes the card away. */
function useGoing(): void {
  useEffect(() => {
    window.addEventListener("keydown", leaveWhy);
    window.addEventListener("wheel", leaveWhy, { passive: true });
    return () => {
      window.removeEventListener("keydown", leaveWhy);
      window.removeEventListener("wheel", leaveWhy);
    };
  }, []);
}
