/** What a run now would do with a node and why, what it gave last, and with what it runs. */

import { Link } from "react-router";
import type { GraphNode } from "@/graph/model";
import { StateMark } from "@/parts/StateMark";
import type { ShownState } from "@/state/run";
import { Ago } from "@/ui/Time";
import { bytes, duration } from "@/ui/time";
import { useEditor } from "../canvas/editor";
import { openDrawer } from "../run/drawerState";
import { type NodePreview, usePreview } from "../run/preview";
import { codeAddress } from "./codeAddress";
import css from "./panel.module.css";

const WORDS: Record<NodePreview["state"], [ShownState, string]> = {
  cached: ["cached", "cached"],
  stale: ["stale", "stale"],
  new: ["pending", "will run"],
  unknown: ["pending", "not known yet"],
  muted: ["skipped", "muted"],
  bypassed: ["skipped", "bypassed"],
};

export function Outlook({ node }: { node: GraphNode }) {
  const { project, document } = useEditor();
  const preview = usePreview(document).get(node.id);
  if (!preview) return null;
  const [state, word] = WORDS[preview.state];
  const environment = Object.entries(preview.environment);
  return (
    <>
      <h3>{preview.state === "cached" ? "Why it does not run" : "Why it runs"}</h3>
      <div className={css.why}>
        <StateMark state={state} word={word} />
        {preview.changes.length === 0 ? (
          <p className={css.doc}>{sentence(preview.reason)}</p>
        ) : (
          <ul>
            {preview.changes.map((cause) => (
              <li key={cause.part}>
                {cause.file ? (
                  <Link to={codeAddress(project, cause.file, cause.line)}>{cause.words}</Link>
                ) : (
                  cause.words
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      {preview.last && <Last preview={preview} project={project} />}
      {environment.length > 0 && (
        <>
          <h3>Environment</h3>
          <p className={css.doc}>
            {environment.map(([name, version]) => `${name} ${version}`.trim()).join(", ")}
          </p>
        </>
      )}
    </>
  );
}

function Last({ preview, project }: { preview: NodePreview; project: string }) {
  const { last } = preview;
  if (!last) return null;
  return (
    <>
      <h3>Last time</h3>
      <div className={css.title}>
        <StateMark state={last.cached ? "cached" : last.state} />
        {last.started && <Ago time={last.started} />}
        {last.seconds !== null && <span className="number">{duration(last.seconds)}</span>}
        <button type="button" className={css.plain} onClick={() => openDrawer("log", last.job)}>
          log
        </button>
        <Link to={`/projects/${project}/runs/${last.run}`}>run</Link>
      </div>
      {last.outputs.length > 0 && (
        <ul className={css.list} aria-label="Last outputs">
          {last.outputs.map((output) => (
            <li key={output.name}>
              <button type="button" className={css.plain} onClick={() => openDrawer("outputs", last.job)}>
                {output.name}
              </button>
              <span className="number">
                {output.type.split(".").at(-1)} · {bytes(output.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
