/** The metrics of a run, or of several over one another, as charts with one look. */
import { Button, Popover, SegmentedControl, Slider, Switch, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconChartLine, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { useKept } from "@/state/session";
import { Empty, Failed, FailedLine, Loading } from "@/ui/Empty";
import css from "./figures/figure.module.css";
import { useGraphs } from "./figures/useFigures";
import { type Look, PLAIN_LOOK, SeriesChart, type SeriesRef } from "./SeriesChart";
import { type ChartPlan, matching, plansOf } from "./series/groups";
import { useNames } from "./series/useNames";

interface MetricsPanelProps {
  /** One run, or those to compare. */
  runs: readonly string[];
  runNames?: Readonly<Record<string, string>>;
  /** Only what this job logged. */
  job?: string | null;
  /** What one can do where there are none. */
  action?: ReactNode;
}

/** So many charts are drawn at first. */
const AT_FIRST = 24;

export function MetricsPanel({ runs, runNames, job, action }: MetricsPanelProps) {
  const asked = useNames(runs);
  const [look, setLook] = useKept<Look>("charts.look", PLAIN_LOOK);
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(AT_FIRST);
  const deferred = useDeferredValue(wanted);
  const names = useMemo(
    () => [
      ...new Set(
        asked.data
          .flatMap((one) => one.filter((series) => !job || series.job === job))
          .map(({ name }) => name),
      ),
    ],
    [asked.data, job],
  );
  const graphs = useGraphs(runs);
  const graphKey = JSON.stringify(graphs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `graphKey` says all of them
  const plans = useMemo(() => plansOf(names, graphs), [names, graphKey]);
  const found = useMemo(() => matching(plans, deferred), [plans, deferred]);

  if (asked.pending) return <Loading what="metrics" />;
  if (asked.error && names.length === 0)
    return <Failed error={asked.error} what="The metrics cannot be shown" again={asked.again} />;
  if (names.length === 0)
    return (
      <Empty title="No metrics" icon={<IconChartLine size={28} stroke={1.5} />} action={action}>
        What a job logs with deepforge.log(step=…, loss=…) is drawn here while it runs.
      </Empty>
    );
  return (
    <div>
      {asked.error && <FailedLine what="Metrics are missing" error={asked.error} again={asked.again} />}
      <div className={css.bar}>
        {plans.length > 4 && (
          <TextInput
            aria-label="Find a metric"
            placeholder={`Find one of ${names.length} metrics`}
            leftSection={<IconSearch size={14} />}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        <span className={css.grow} />
        <LookButton look={look} onLook={setLook} />
      </div>
      {found.length === 0 && <p className={css.word}>No metric has these words in its name.</p>}
      <div className={css.grid}>
        {found.slice(0, most).map((plan) => (
          <PlannedChart key={plan.title + plan.names.join()} {...{ plan, runs, runNames, job, look }} />
        ))}
      </div>
      {found.length > most && (
        <p className={css.word}>
          <Button onClick={() => setMost(most + AT_FIRST)}>
            Show {Math.min(AT_FIRST, found.length - most)} more
          </Button>
        </p>
      )}
    </div>
  );
}

function PlannedChart({
  plan,
  runs,
  runNames,
  job,
  look,
}: { plan: ChartPlan; look: Look } & Pick<MetricsPanelProps, "runs" | "runNames" | "job">) {
  const series = useMemo<SeriesRef[]>(
    () => runs.flatMap((run) => plan.names.map((name) => ({ run, name, job: job ?? null }))),
    [runs, plan, job],
  );
  return (
    <SeriesChart
      title={plan.title}
      series={series}
      look={look}
      xLabel={plan.xLabel}
      yLabel={plan.yLabel}
      runNames={runNames}
    />
  );
}

function LookButton({ look, onLook }: { look: Look; onLook: (look: Look) => void }) {
  return (
    <Popover position="bottom-end" withArrow shadow="md" width={280}>
      <Popover.Target>
        <Button leftSection={<IconAdjustmentsHorizontal size={15} />}>Axes and smoothing</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div style={{ display: "grid", gap: 12 }}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label="Along the x axis"
            value={look.axis}
            onChange={(axis) =>
              onLook({ ...look, axis: axis as Look["axis"], logX: axis === "time" ? false : look.logX })
            }
            data={[
              { value: "step", label: "Step" },
              { value: "relative", label: "Time since start" },
              { value: "time", label: "Time" },
            ]}
          />
          <Switch
            label="Logarithmic x axis"
            checked={look.logX}
            disabled={look.axis === "time"}
            onChange={(event) => onLook({ ...look, logX: event.currentTarget.checked })}
          />
          <Switch
            label="Logarithmic y axis"
            checked={look.logY}
            onChange={(event) => onLook({ ...look, logY: event.currentTarget.checked })}
          />
          <Switch
            label="Band from least to greatest"
            checked={look.band}
            onChange={(event) => onLook({ ...look, band: event.currentTarget.checked })}
          />
          <div>
            <span id="smoothing">Smoothing {look.smoothing > 0 ? look.smoothing : "off"}</span>
            <Slider
              aria-labelledby="smoothing"
              thumbLabel="Smoothing"
              min={0}
              max={0.99}
              step={0.01}
              label={null}
              value={look.smoothing}
              onChange={(smoothing) => onLook({ ...look, smoothing })}
            />
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
