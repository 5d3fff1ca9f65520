/** One run: how it stands, and in tabs everything it was made of and gave. The tab and the job are in the address. */
import { Button, Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import { ApiError } from "@/api/client";
import { FigureGrid } from "@/parts/feedback/FigureGrid";
import { LogView } from "@/parts/feedback/LogView";
import { MetricsPanel } from "@/parts/feedback/MetricsPanel";
import { Crumb, useTitle } from "@/parts/header";
import { useAddress } from "@/state/address";
import { useRun } from "@/state/run";
import { Failed, Loading } from "@/ui/Empty";
import { short } from "../deeds";
import { CodeTab } from "./CodeTab";
import { EnvironmentTab } from "./EnvironmentTab";
import { LineageTab } from "./LineageTab";
import { OutputsTab } from "./OutputsTab";
import { Overview } from "./Overview";
import css from "./page.module.css";
import { RunHead } from "./RunHead";

const TABS = [
  ["overview", "Overview"],
  ["log", "Logs"],
  ["metrics", "Metrics"],
  ["figures", "Figures"],
  ["outputs", "Outputs"],
  ["lineage", "Lineage"],
  ["environment", "Environment"],
  ["code", "Code and attributes"],
] as const;

export function Component() {
  const { project = "", run = "" } = useParams();
  const [search, go] = useAddress();
  const { data, error, refetch } = useRun(run);
  useTitle(data ? `${data.pipeline} ${short(run)}` : "Run");
  const tab = TABS.find(([name]) => name === search.get("tab"))?.[0] ?? "overview";
  const job = search.get("job");
  if (!data && error) {
    const isUnknown = error instanceof ApiError && error.status === 404;
    return (
      <Failed
        what={isUnknown ? "There is no such run" : "The run cannot be shown"}
        error={isUnknown ? { message: "It may have been deleted, or the address is cut off." } : error}
        action={
          <Button component={Link} to={`/projects/${project}/runs`} variant="filled">
            All runs
          </Button>
        }
        again={isUnknown ? undefined : refetch}
      />
    );
  }
  if (!data) return <Loading what="the run" />;
  const toCode = (
    <Button component={Link} to={`/projects/${data.project}/code`}>
      Open the code
    </Button>
  );
  const toJobs = <Button onClick={() => go({ tab: null })}>Show the jobs</Button>;
  const show: Record<(typeof TABS)[number][0], () => ReactNode> = {
    overview: () => <Overview run={data} job={job} onGo={go} />,
    log: () => (
      <LogView
        project={project}
        run={run}
        job={job}
        onJob={(chosen) => go({ job: chosen })}
        action={toJobs}
      />
    ),
    metrics: () => <MetricsPanel runs={[run]} job={job} action={toCode} />,
    figures: () => <FigureGrid run={run} job={job} action={toCode} />,
    outputs: () => (
      <OutputsTab
        run={data}
        job={job}
        output={search.get("output")}
        onOutput={(of, output) => go({ job: of, output })}
        action={toJobs}
      />
    ),
    lineage: () => <LineageTab run={data} />,
    environment: () => <EnvironmentTab run={run} action={toJobs} />,
    code: () => (
      <CodeTab
        run={data}
        path={search.get("path")}
        line={Number(search.get("line")) || null}
        onPath={(path) => go({ path, line: null })}
      />
    ),
  };
  return (
    <div className={css.screen}>
      <Crumb to={`/projects/${data.project}/runs`}>Runs</Crumb>
      <Crumb>
        {data.pipeline} <code>{short(run)}</code>
      </Crumb>
      <RunHead run={data} />
      <Tabs
        className={css.tabs}
        value={tab}
        onChange={(next) =>
          go({ tab: next === "overview" ? null : next, job: null, output: null, path: null, line: null })
        }
        keepMounted={false}
      >
        <Tabs.List>
          {TABS.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
              {name === "figures" && data.figures > 0 && <span className={css.many}>{data.figures}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel key={tab} value={tab} className={css.panel}>
          {show[tab]()}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
