/** The history of a file beside its editor: versions, what differs from now, and a way back. */
import { useState } from "react";
import { Link } from "react-router";
import { DifferenceView } from "./DifferenceView";
import css from "./history.module.css";
import { NOW, type Version } from "./queries";
import { Timeline } from "./Timeline";
import { VersionBar } from "./VersionBar";

interface HistoryPanelProps {
  project: string;
  /** The file whose versions are shown; null: all files. */
  path: string | null;
}

export function HistoryPanel({ project, path }: HistoryPanelProps) {
  const [chosen, setChosen] = useState<Version | null>(null);
  const query = path ? `?path=${encodeURIComponent(path)}` : "";
  return (
    <aside className={css.panel} aria-label="History">
      {chosen ? (
        <VersionBar
          project={project}
          version={chosen.id}
          title={chosen.names.at(-1) ?? chosen.words}
          path={path}
          own={chosen.kind === "commit"}
        />
      ) : (
        <VersionBar project={project} version={NOW} title="Now" path={path} />
      )}
      <Timeline
        project={project}
        path={path}
        selected={chosen?.id ?? null}
        against={null}
        onSelect={setChosen}
        onCompare={() => undefined}
      />
      {chosen && <DifferenceView project={project} from={chosen.id} to={NOW} path={path} wide={false} />}
      <Link to={`/projects/${project}/history${query}`}>Open the whole history</Link>
    </aside>
  );
}
