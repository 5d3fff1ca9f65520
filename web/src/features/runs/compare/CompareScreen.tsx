/** Several runs side by side: what differs, curves over each other, code, figures. */

import { Button, Switch, Tabs } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, ask } from "@/api/client";
import { CompareFigures } from "@/parts/feedback/CompareFigures";
import { MetricsPanel } from "@/parts/feedback/MetricsPanel";
import { Crumb, useTitle } from "@/parts/header";
import { StateMark } from "@/parts/StateMark";
import { useAddress } from "@/state/address";
import type { ShownState } from "@/state/run";
import { useKept } from "@/state/session";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { Ago } from "@/ui/Time";
import { runAddress, short } from "../deeds";
import { CodeDifference } from "./CodeDifference";
import css from "./compare.module.css";
import { Differences } from "./Differences";
import { namesOf } from "./names";

const TABS = [
  ["differences", "Differences"],
  ["metrics", "Metrics"],
  ["code", "Code"],
  ["figures", "Figures"],
] as const;

export function Component() {
  const { project = "" } = useParams();
  const [search, go] = useAddress();
  const ids = [...new Set((search.get("runs") ?? "").split(",").filter(Boolean))];
  const tab = TABS.find(([name]) => name === search.get("tab"))?.[0] ?? "differences";
  const [all, setAll] = useKept("compare.all", false);
  useTitle("Compare runs");
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "compare", ids.join()],
    queryFn: () => ask(api.GET("/api/v1/runs/compare", { params: { query: { ids: ids.join() } } })),
    enabled: ids.length > 1,
  });
  const back = (
    <Button component={Link} to={`/projects/${project}/runs`} variant="filled">
      Choose runs
    </Button>
  );
  if (ids.length < 2)
    return (
      <Empty title="Nothing to compare" action={back}>
        Select two runs or more in the table.
      </Empty>
    );
  if (error && !data)
    return <Failed what="The runs cannot be compared" error={error} again={refetch} action={back} />;
  if (!data) return <Loading what="the comparison" />;
  const others = (
    <Button component={Link} to={`/projects/${project}/runs`}>
      Choose other runs
    </Button>
  );
  const names = namesOf(data);
  return (
    <div className={css.screen}>
      <Crumb to={`/projects/${project}/runs`}>Runs</Crumb>
      <Crumb>Compare</Crumb>
      <h1 className="hidden-words">Compare {data.runs.length} runs</h1>
      <ul className={css.runs}>
        {data.runs.map((run) => (
          <li key={run.id} title={names[run.id]}>
            <Link to={runAddress(run.project, run.id)}>
              {run.pipeline} <code>{short(run.id)}</code>
            </Link>
            <StateMark state={run.state as ShownState} />
            <small>
              <Ago time={run.created} />
            </small>
            {data.runs.length > 2 && (
              <button
                type="button"
                aria-label={`Leave out ${short(run.id)}`}
                onClick={() => go({ runs: ids.filter((id) => id !== run.id).join() })}
              >
                <IconX size={13} />
              </button>
            )}
          </li>
        ))}
      </ul>
      <Tabs
        className={css.tabs}
        value={tab}
        onChange={(next) => go({ tab: next === "differences" ? null : next, path: null })}
        keepMounted={false}
      >
        <Tabs.List>
          {TABS.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel key={tab} value={tab} className={css.panel}>
          {tab === "differences" && (
            <Switch
              className={css.all}
              size="xs"
              label="Show also what is the same"
              checked={all}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )}
          {tab === "differences" && (
            <Differences
              comparison={data}
              all={all}
              onFile={(path) => go({ tab: "code", path })}
              action={others}
            />
          )}
          {tab === "metrics" && <MetricsPanel runs={ids} runNames={names} action={others} />}
          {tab === "code" && (
            <CodeDifference
              comparison={data}
              path={search.get("path")}
              onPath={(path) => go({ path })}
              names={names}
              action={others}
            />
          )}
          {tab === "figures" && <CompareFigures runs={ids} names={names} action={others} />}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
