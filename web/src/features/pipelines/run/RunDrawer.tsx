/** Below the canvas: the newest run, its log, figures and outputs, and what is wrong with the pipeline. */

import { Button, Tabs } from "@mantine/core";
import { Suspense, useEffect } from "react";
import { Link } from "react-router";
import { StateMark } from "@/parts/StateMark";
import { hasNoNodes, useFromGraph, useGraphNode } from "@/state/graph";
import { lazily, useOnceWanted } from "@/state/lazily";
import type { Job, Run } from "@/state/run";
import { Empty, Loading } from "@/ui/Empty";
import { Ago } from "@/ui/Time";
import { useEditor } from "../canvas/editor";
import { useSelectedNode } from "../canvas/session";
import { useProblems } from "../panel/problems";
import { useClearing } from "./clearing";
import { type DrawerTab, openDrawer, useAddressedTab, useDrawer } from "./drawerState";
import { Jobs } from "./Jobs";
import { useLastRun } from "./lastRun";
import { RunIt } from "./RunButtons";
import css from "./run.module.css";
import { leaveWhy, useWhy } from "./why";

const ProblemList = lazily(() => import("../panel/ProblemList"));
const ClearCacheDialog = lazily(() => import("./ClearCacheDialog"));
const JobLog = lazily(() => import("./JobLog"));
const Figures = lazily(() => import("./Figures"));
const Outputs = lazily(() => import("./Outputs"));
const WhyCard = lazily(() => import("./WhyCard"));

export function RunDrawer() {
  const { project, name, document } = useEditor();
  const run = useLastRun(project, name);
  const problems = useProblems(document);
  useAddressedTab();
  const tab = useDrawer((drawer) => drawer.tab);
  const named = useNamedJob(run ?? null);
  const clearing = useOnceWanted(useClearing(({ asked }) => asked !== null));
  return (
    <section className={css.drawer} aria-label="Run">
      <Tabs
        value={tab}
        onChange={(value) => useDrawer.setState({ tab: (value ?? "run") as DrawerTab })}
        keepMounted={false}
        className={css.tabs}
      >
        <div className={css.head}>
          <Tabs.List>
            <Tabs.Tab value="run">
              {run ? (
                <span className={css.tabState}>
                  Run <span className={css.id}>{run.id.slice(-6)} ·</span> <StateMark state={run.state} />
                </span>
              ) : (
                "Run"
              )}
            </Tabs.Tab>
            <Tabs.Tab value="log">Logs</Tabs.Tab>
            <Tabs.Tab value="figures">Figures{run?.figures ? ` ${run.figures}` : ""}</Tabs.Tab>
            <Tabs.Tab value="outputs">Outputs</Tabs.Tab>
            <Tabs.Tab value="problems">Problems {problems.all.length}</Tabs.Tab>
          </Tabs.List>
          {run && (
            <span className={css.started}>
              <span>
                Started <Ago time={run.started ?? run.created} /> by {run.author || "you"}
              </span>
              <Link to={`/projects/${project}/runs/${run.id}`}>Open the run</Link>
            </span>
          )}
        </div>
        <Tabs.Panel value="problems">
          <Suspense fallback={<Loading what="the problems" />}>
            <ProblemList problems={problems} />
          </Suspense>
        </Tabs.Panel>
        {(["run", "log", "figures", "outputs"] as const).map((value) => (
          <Tabs.Panel key={value} value={value}>
            <Suspense fallback={<Loading what={value} />}>
              <RunPart tab={value} run={run} named={named} project={project} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Suspense>{clearing && <ClearCacheDialog />}</Suspense>
      <Why />
    </section>
  );
}

/** For all nodes, while the canvas is there. */
function Why() {
  const asked = useWhy((why) => why.asked);
  useEffect(() => leaveWhy, []);
  return (
    asked && (
      <Suspense>
        <WhyCard {...asked} />
      </Suspense>
    )
  );
}

interface RunPartProps {
  tab: Exclude<DrawerTab, "problems">;
  run: Run | null | undefined;
  named: Job | null;
  project: string;
}

const APPEARS: Record<RunPartProps["tab"], string> = {
  run: "The jobs of a run appear here.",
  log: "What jobs print appears here.",
  figures: "What jobs draw appears here.",
  outputs: "What jobs give appears here.",
};

function RunPart({ tab, run, named, project }: RunPartProps) {
  const { document } = useEditor();
  const isEmpty = useFromGraph(document, hasNoNodes);
  if (run === undefined) return <Loading what="the run" />;
  if (run === null)
    return (
      <Empty title="Nothing has run yet" action={!isEmpty && <RunIt />}>
        {APPEARS[tab]}
      </Empty>
    );
  const job = named ?? firstJob(run);
  const toJobs = <Button onClick={() => openDrawer("run")}>Show the jobs</Button>;
  if (tab === "run") return <Jobs run={run} project={project} shown={job} />;
  if (tab === "log") return <JobLog run={run} job={named} action={toJobs} />;
  if (tab === "figures") return <Figures run={run} action={toJobs} />;
  return <Outputs run={run} job={job} project={project} action={toJobs} />;
}

/** The job that somebody has chosen, or that of the node that is selected. */
function useNamedJob(run: Run | null): Job | null {
  const { document } = useEditor();
  const chosen = useDrawer((drawer) => drawer.job);
  const node = useGraphNode(document, useSelectedNode());
  return (
    run?.jobs.find((job) => job.id === chosen) ?? run?.jobs.find((job) => job.name === node?.name) ?? null
  );
}

/** The one that matters most. */
function firstJob(run: Run): Job | null {
  return (
    run.jobs.find((job) => job.state === "failed") ??
    run.jobs.find((job) => job.state === "running") ??
    run.jobs.filter((job) => job.state === "success" && !isBuiltIn(job)).at(-1) ??
    run.jobs[0] ??
    null
  );
}

const isBuiltIn = (job: Job): boolean => job.operation === "Input" || job.operation === "Output";
