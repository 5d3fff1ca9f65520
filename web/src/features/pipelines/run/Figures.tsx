/** What the jobs of the run drew. */
import type { ReactNode } from "react";
import { FigureGrid } from "@/parts/feedback/FigureGrid";
import type { Run } from "@/state/run";
import css from "./run.module.css";

export default function Figures({ run, action }: { run: Run; action: ReactNode }) {
  return (
    <div className={css.scroll}>
      <FigureGrid run={run.id} action={action} />
    </div>
  );
}
