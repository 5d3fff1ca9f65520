/** The log of the job that is shown. */
import { LogView } from "@/parts/feedback/LogView";
import type { Job, Run } from "@/state/run";
import { useDrawer } from "./drawerState";

export default function JobLog({ run, job }: { run: Run; job: Job | null }) {
  return (
    <LogView
      key={run.id}
      project={run.project}
      run={run.id}
      job={job?.id}
      onJob={(chosen) => useDrawer.setState({ job: chosen })}
    />
  );
}
