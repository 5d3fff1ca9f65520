/** The figures of a run. */
import { Select } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { FigureView } from "./FigureView";
import css from "./figures/figure.module.css";
import { useFigures } from "./figures/useFigures";

interface FigureGridProps {
  run: string;
  /** Only those of this job. */
  job?: string | null;
  /** What one can do where there are none. */
  action?: ReactNode;
}

export function FigureGrid({ run, job, action }: FigureGridProps) {
  const asked = useFigures(run);
  const [chosen, setChosen] = useState<string | null>(null);
  const all = asked.data ?? [];
  const jobs = useMemo(() => [...new Map(all.map((one) => [one.job, one.job_name]))], [all]);
  const wanted = job ?? chosen;
  const shown = all.filter((one) => !wanted || one.job === wanted);
  if (asked.isPending) return <Loading what="figures" />;
  if (asked.error && !asked.data)
    return <Failed error={asked.error} what="The figures cannot be shown" again={asked.refetch} />;
  if (all.length === 0)
    return (
      <Empty title="No figures" icon={<IconPhoto size={28} stroke={1.5} />} action={action}>
        What a job draws with matplotlib or Plotly, or shows with deepforge.figure(), appears here.
      </Empty>
    );
  return (
    <div>
      {!job && jobs.length > 1 && (
        <div className={css.bar}>
          <Select
            size="xs"
            aria-label="Figures of job"
            placeholder="All jobs"
            clearable
            data={jobs.map(([value, label]) => ({ value, label }))}
            value={chosen}
            onChange={setChosen}
          />
        </div>
      )}
      <div className={css.grid}>
        {shown.map((figure) => (
          <FigureView key={`${figure.job} ${figure.figure}`} run={run} figure={figure} showJob={!job} />
        ))}
      </div>
    </div>
  );
}
