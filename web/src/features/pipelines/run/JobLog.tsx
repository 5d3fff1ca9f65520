/** The log of the job that is shown. */
import type { ReactNode } from "react";
import { LogView } from "@/parts/feedback/LogView";
import type { Job, Run } from "@/state/run";
import { useDrawer } from "./drawerState";

interface JobLogProps {
  run: Run;
  job: Job | null;
  /** What one can do where there is none. */
  action: ReactNode;
}

export default function JobLog({ run, job, action }: JobLogProps) {
  return (
    <LogView
      key={run.id}
      project={run.project}
      run={run.id}
      job={job?.id}
      action={action}
      // Several belong to no job: the one that was named stays, so that no other takes their place.
      onJob={(chosen) => chosen && useDrawer.setState({ job: chosen })}
    />
  );
}
