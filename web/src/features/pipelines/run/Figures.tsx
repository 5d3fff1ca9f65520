/** What the jobs of the run drew. */
import { FigureGrid } from "@/parts/feedback/FigureGrid";
import type { Run } from "@/state/run";
import css from "./run.module.css";

export default function Figures({ run }: { run: Run }) {
  return (
    <div className={css.scroll}>
      <FigureGrid run={run.id} />
    </div>
  );
}
