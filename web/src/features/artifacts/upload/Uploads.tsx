/** Files can be dropped anywhere on the screen; what goes up is shown in a corner. */
import { ActionIcon, Button, Progress, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Link } from "react-router";
import { failed } from "@/state/toasts";
import { bytes } from "@/ui/time";
import css from "../artifacts.module.css";
import { foundIn } from "./dropped";
import { dismiss, pause, resume, type Sending, send, useUploads } from "./transfer";

/** The screen as a place to drop files on. */
export function DropPlace({ project, children }: { project: string; children: ReactNode }) {
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a button beside it
    <div
      className={css.place}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        void foundIn(event.dataTransfer).then(
          (found) => {
            for (const one of found) send(project, one);
          },
          (error: unknown) => failed(error, "What was dropped cannot be read"),
        );
      }}
    >
      {children}
      {over && (
        <div className={css.over} aria-hidden>
          Drop files or folders to make artifacts of them
        </div>
      )}
      <Tray project={project} />
    </div>
  );
}

function Tray({ project }: { project: string }) {
  const all = useUploads(({ list }) => list);
  const list = all.filter((one) => one.project === project);
  if (list.length === 0) return null;
  const finished = list.filter((one) => one.state === "done");
  return (
    <section className={css.tray} aria-label="Uploads">
      {finished.length > 1 && (
        <Button
          fullWidth
          variant="subtle"
          color="gray"
          size="xs"
          onClick={() => {
            for (const { key } of finished) dismiss(key);
          }}
        >
          Dismiss the {finished.length} that are uploaded
        </Button>
      )}
      {list.map((one) => (
        <Line key={one.key} sending={one} />
      ))}
    </section>
  );
}

const WORDS: Record<Sending["state"], string> = {
  waiting: "Waiting",
  sending: "Uploading",
  paused: "Paused",
  broken: "The connection broke off; it goes on by itself",
  finishing: "Saving",
  done: "Uploaded",
  failed: "Failed",
};

function Line({ sending }: { sending: Sending }) {
  const { key, state, sent, size, name, trouble, artifact, project } = sending;
  const share = size === 0 ? 100 : (sent / size) * 100;
  const canPause = state === "sending" || state === "broken" || state === "waiting";
  const canResume = state === "paused" || state === "failed";
  return (
    <div className={css.line} data-state={state}>
      <div className={css.lineHead}>
        {artifact ? <Link to={`/projects/${project}/artifacts/${artifact}`}>{name}</Link> : <b>{name}</b>}
        <span className="number">{Math.floor(share)} %</span>
        {canPause && (
          <Mark label={`Pause ${name}`} onClick={() => pause(key)}>
            <IconPlayerPause size={15} />
          </Mark>
        )}
        {canResume && (
          <Mark label={`Go on with ${name}`} onClick={() => resume(key)}>
            <IconPlayerPlay size={15} />
          </Mark>
        )}
        <Mark label={state === "done" ? `Dismiss ${name}` : `Cancel ${name}`} onClick={() => dismiss(key)}>
          <IconX size={15} />
        </Mark>
      </div>
      <Progress
        value={share}
        size="xs"
        color={state === "failed" ? "var(--failed)" : state === "done" ? "var(--success)" : "var(--cached)"}
        aria-label={`${name}: ${WORDS[state]}`}
      />
      <p>
        {WORDS[state]} · {bytes(sent)} of {bytes(size)}
        {state === "failed" && trouble ? ` · ${trouble}` : ""}
      </p>
    </div>
  );
}

function Mark({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
