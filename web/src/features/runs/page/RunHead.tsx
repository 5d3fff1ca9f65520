/** The head of a run: how it stands, what it came from, and what can be done with it. */

import { ActionIcon, Menu } from "@mantine/core";
import {
  IconCopy,
  IconDotsVertical,
  IconFilePlus,
  IconPlayerStop,
  IconRepeat,
  IconTag,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ActionButton } from "@/parts/ActionButton";
import { ActionItems } from "@/parts/ActionItems";
import { HeaderActions } from "@/parts/header";
import { StateMark } from "@/parts/StateMark";
import { type Action, useActions } from "@/state/actions";
import { copyText } from "@/state/clipboard";
import { hasEnded, type Run, type ShownState } from "@/state/run";
import { done, failed } from "@/state/toasts";
import { Ago, Lasted } from "@/ui/Time";
import { againWords, removeRuns, runAddress, runAgain, short, stopRuns } from "../deeds";
import { TagDialog } from "../TagDialog";
import { EditAsNew } from "./EditAsNew";
import css from "./page.module.css";

const ORIGINS = {
  again: "run again from",
  from: "run again from",
  failed: "the rest of",
  restart: "restarted from",
} as const;

export function RunHead({ run }: { run: Run }) {
  const navigate = useNavigate();
  const [tagging, setTagging] = useState(false);
  const [editing, setEditing] = useState(false);
  const ended = hasEnded(run);
  const actions = useActions(
    (): Action[] => [
      {
        id: "run.stop",
        label: "Stop",
        group: "Run",
        icon: IconPlayerStop,
        when: () => !ended && !run.stopping,
        perform: () => void stopRuns([run.id]),
      },
      {
        id: "run.again",
        label: againWords(run.state),
        group: "Run",
        icon: IconRepeat,
        keys: ["R"],
        perform: () =>
          void runAgain(run.id).then((begun) => begun && navigate(runAddress(run.project, begun))),
      },
      {
        id: "run.edit",
        label: "Edit as new pipeline",
        group: "Run",
        icon: IconFilePlus,
        perform: () => setEditing(true),
      },
      {
        id: "run.tag",
        label: "Tags",
        group: "Run",
        icon: IconTag,
        keys: ["T"],
        perform: () => setTagging(true),
      },
      {
        id: "run.copy",
        label: "Copy the id",
        group: "Run",
        icon: IconCopy,
        perform: () => void copyText(run.id).then(() => done("The id was copied."), failed),
      },
      {
        id: "run.delete",
        label: "Delete",
        group: "Run",
        icon: IconTrash,
        when: () => ended,
        perform: () =>
          void removeRuns([run.id]).then(
            (gone) => gone.length > 0 && navigate(`/projects/${run.project}/runs`),
          ),
      },
    ],
    [run.id, run.project, run.stopping, ended, run.state, navigate],
  );
  const [stop, again] = actions;
  const state = run.state as ShownState;
  return (
    <header className={css.head}>
      <HeaderActions>
        {stop && !ended && (
          <ActionButton action={stop} variant="filled">
            {run.stopping ? "Stopping…" : "Stop"}
          </ActionButton>
        )}
        {again && ended && <ActionButton action={again} variant="filled" />}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label="More">
              <IconDotsVertical size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <ActionItems actions={actions.filter((action) => action !== (ended ? again : stop))} />
          </Menu.Dropdown>
        </Menu>
      </HeaderActions>
      <h1>{run.pipeline}</h1>
      <span role="status">
        <StateMark state={state} size={14} word={run.stopping ? "stopping" : undefined} />
      </span>
      <span>
        <Ago time={run.created} /> by {run.author}
      </span>
      {run.started && (
        <span title="Duration">
          <Lasted from={run.started} to={run.ended} />
        </span>
      )}
      {run.origin && (
        <span>
          {ORIGINS[run.origin.how as keyof typeof ORIGINS]}{" "}
          <Link to={runAddress(run.project, run.origin.run)}>
            <code>{short(run.origin.run)}</code>
          </Link>
          {run.origin.nodes.length > 0 && <> at {run.origin.nodes.join(", ")}</>}
        </span>
      )}
      {run.tags.map((tag) => (
        <Link
          key={tag}
          className={css.tag}
          to={`/projects/${run.project}/runs?tag=${encodeURIComponent(tag)}`}
        >
          {tag}
        </Link>
      ))}
      {tagging && <TagDialog runs={[run]} onClose={() => setTagging(false)} />}
      {editing && <EditAsNew run={run} onClose={() => setEditing(false)} />}
    </header>
  );
}
