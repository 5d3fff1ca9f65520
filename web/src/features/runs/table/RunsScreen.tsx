/** The runs of a project. */

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  IconArrowsDiff,
  IconFilter,
  IconPlayerPlay,
  IconPlayerStop,
  IconRepeat,
  IconSearch,
  IconSelectAll,
  IconTag,
  IconTrash,
} from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useProject } from "@/api/queries";
import { ActionButton } from "@/parts/ActionButton";
import { Crumb, useTitle } from "@/parts/header";
import { type Action, useActions } from "@/state/actions";
import { hasEnded } from "@/state/run";
import { useKept } from "@/state/session";
import { Empty, Failed, FailedLine, Loading } from "@/ui/Empty";
import { count } from "@/ui/time";
import { againWords, removeRuns, runAddress, runAgain, stopRuns } from "../deeds";
import { TagDialog } from "../TagDialog";
import { columnsOf, metricColumn, narrowColumns, shownColumns } from "./columns";
import { FilterBar } from "./FilterBar";
import { useRunList } from "./list";
import { RunTable } from "./RunTable";
import css from "./table.module.css";
import { isFiltered, NEWEST, NO_FILTERS, useWanted } from "./wanted";

const MOST_COMPARED = 50;
const NONE: readonly string[] = [];

export function Component() {
  const { project = "" } = useParams();
  const { data } = useProject(project);
  const navigate = useNavigate();
  const [wanted, want] = useWanted();
  const list = useRunList(project, wanted);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [tagging, setTagging] = useState(false);
  const [filtering, setFiltering] = useState(false);
  const [hidden, setHidden] = useKept("runs.hidden", NONE);
  const [added, setAdded] = useKept("runs.added", NONE);
  const narrow = useMediaQuery("(max-width: 700px)", false, { getInitialValueInEffect: false });
  const field = useRef<HTMLInputElement>(null);
  const hasShown = useRef(false);
  useTitle(data ? `Runs of ${data.name}` : "Runs");

  const chosen = list.rows.filter(({ id }) => selected.has(id));
  const ids = chosen.map(({ id }) => id);
  const columns = useMemo(() => {
    const all = columnsOf(list.rows);
    const ordered = wanted.sort.replace("-", "");
    return ordered.startsWith("metric:") && !all.some(({ id }) => id === ordered)
      ? [...all, metricColumn(ordered.slice("metric:".length))]
      : all;
  }, [list.rows, wanted.sort]);
  const shown = shownColumns(columns, hidden, [...added, wanted.sort.replace("-", "")]);
  const known = useMemo(() => [...new Set(list.rows.flatMap(({ tags }) => tags))].sort(), [list.rows]);
  const people = useMemo(() => [...new Set(list.rows.map(({ author }) => author))].sort(), [list.rows]);

  const actions = useActions(
    (): Action[] => [
      {
        id: "runs.compare",
        label: "Compare",
        group: "Runs",
        icon: IconArrowsDiff,
        keys: ["C"],
        when: () => ids.length > 1 && ids.length <= MOST_COMPARED,
        perform: () => void navigate(`/projects/${project}/runs/compare?runs=${ids.join(",")}`),
      },
      {
        id: "runs.stop",
        label: "Stop",
        group: "Runs",
        icon: IconPlayerStop,
        when: () => chosen.some((run) => !hasEnded(run)),
        perform: () => void stopRuns(chosen.filter((run) => !hasEnded(run)).map(({ id }) => id)),
      },
      {
        id: "runs.again",
        label: againWords(ids.length === 1 ? chosen[0]!.state : ""),
        group: "Runs",
        icon: IconRepeat,
        keys: ["R"],
        when: () => ids.length === 1,
        perform: () => void runAgain(ids[0]!).then((begun) => begun && navigate(runAddress(project, begun))),
      },
      {
        id: "runs.tag",
        label: "Tag",
        group: "Runs",
        icon: IconTag,
        keys: ["T"],
        when: () => ids.length > 0,
        perform: () => setTagging(true),
      },
      {
        id: "runs.delete",
        label: "Delete",
        group: "Runs",
        icon: IconTrash,
        keys: ["Delete"],
        when: () => ids.length > 0 && chosen.every(hasEnded),
        perform: () =>
          void removeRuns(ids, () => void list.renew()).then((gone) => {
            list.drop(gone);
            setSelected(new Set());
          }),
      },
    ],
    [ids.join(), chosen.map(({ state }) => state).join(), project, list, navigate],
  );
  const table = useRef<HTMLDivElement>(null);
  useActions(
    (): Action[] => [
      {
        id: "runs.all",
        label: "Select all runs",
        group: "Runs",
        icon: IconSelectAll,
        keys: ["Mod+A"],
        within: () => table.current,
        perform: () => setSelected(new Set(list.rows.map(({ id }) => id))),
      },
    ],
    [list],
  );
  useActions(
    () => [
      {
        id: "runs.find",
        label: "Find runs",
        group: "Runs",
        icon: IconSearch,
        keys: ["/"],
        perform: () => field.current?.focus(),
      },
      {
        id: "runs.filter",
        label: "Filter runs",
        group: "Runs",
        icon: IconFilter,
        keys: ["F"],
        perform: () => setFiltering(true),
      },
    ],
    [],
  );

  if (list.error && list.rows.length === 0) {
    return <Failed what="The runs cannot be shown" error={list.error} again={() => list.renew()} />;
  }
  // While other runs are asked for, the filters stay, and with them the focus.
  hasShown.current ||= list.ready;
  if (!hasShown.current) return <Loading what="the runs" />;
  const empty = list.ready && list.count === 0;
  return (
    <div className={css.screen}>
      <Crumb>Runs</Crumb>
      <h1 className="hidden-words">Runs</h1>
      {empty && !isFiltered(wanted) ? (
        <Empty
          title="No runs yet"
          icon={<IconPlayerPlay size={28} stroke={1.5} />}
          action={
            <Button component={Link} to={`/projects/${project}/pipelines`} variant="filled">
              Go to the pipelines
            </Button>
          }
        >
          Start one from a pipeline, or with <code>deepforge run</code> in a terminal.
        </Empty>
      ) : (
        <>
          <FilterBar
            project={project}
            wanted={wanted}
            onWant={want}
            field={field}
            filtering={filtering}
            onFiltering={setFiltering}
            people={people}
            tags={known}
            columns={columns}
            shown={shown}
            onShow={(column, on) => {
              setHidden(on ? hidden.filter((id) => id !== column.id) : [...hidden, column.id]);
              setAdded(on ? [...added, column.id] : added.filter((id) => id !== column.id));
            }}
          />
          <div className={css.summary}>
            <span aria-live="polite">
              {selected.size > 0
                ? `${count(ids.length, "run")} of ${count(list.count, "run")} selected`
                : count(list.count, "run")}
            </span>
            {ids.length > 0 && actions.map((action) => <ActionButton key={action.id} action={action} />)}
          </div>
          {list.error && (
            <FailedLine what="Not all runs are up to date" error={list.error} again={() => list.renew()} />
          )}
          {!list.ready ? (
            <Loading what="the runs" />
          ) : empty ? (
            <Empty
              title="No run is like that"
              action={<Button onClick={() => want({ ...NO_FILTERS, sort: NEWEST })}>Show all runs</Button>}
            />
          ) : (
            <RunTable
              key={`${project} ${narrow}`}
              box={table}
              list={list}
              columns={narrow ? narrowColumns(shown, wanted.sort) : shown}
              narrow={narrow}
              wanted={wanted}
              onWant={want}
              selected={selected}
              onSelect={setSelected}
            />
          )}
        </>
      )}
      {tagging && (
        <TagDialog
          runs={chosen}
          known={known}
          onClose={() => setTagging(false)}
          onDone={() => void list.renew()}
        />
      )}
    </div>
  );
}
