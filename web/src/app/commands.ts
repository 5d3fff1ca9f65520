/**
 * Every command there is, with the keys that it has at first: what the sheet lists and checks new keys against, also
 * while the view that offers the command is not open. `commands.test.ts` holds it to what the views offer.
 */
import { type Action, keysOf } from "@/state/actions";

export type Command = Pick<Action, "id" | "label" | "group" | "keys" | "words">;

/** By group: id, label, keys. */
const TABLE: Record<string, readonly (readonly string[])[]> = {
  Everywhere: [
    ["app.palette", "Search or run a command", "Mod+K"],
    ["app.shortcuts", "Keyboard shortcuts", "?"],
    ["app.theme.light", "Theme: light"],
    ["app.theme.dark", "Theme: dark"],
    ["app.theme.system", "Theme: system"],
  ],
  "Go to": [
    ["go.pipelines", "Pipelines", "Alt+1"],
    ["go.code", "Code", "Alt+2"],
    ["go.runs", "Runs", "Alt+3"],
    ["go.artifacts", "Artifacts", "Alt+4"],
    ["go.history", "History", "Alt+5"],
    ["history.file", "History of this file", "Alt+H"],
    ["app.projects", "All projects"],
  ],
  Projects: [
    ["projects.new", "New project", "Alt+N"],
    ["projects.search", "Search projects", "/"],
    ["projects.archive", "Import a zip or tar file"],
    ["projects.folder", "Import a folder"],
    ["projects.rename", "Rename the project", "F2"],
    ["projects.duplicate", "Duplicate the project"],
    ["projects.history", "History of the project"],
    ["projects.export", "Export as a zip file"],
    ["projects.delete", "Delete the project", "Delete"],
    ["project.commit", "Commit…"],
    ["project.export", "Export the project as a zip file"],
  ],
  Pipelines: [
    ["pipelines.new", "New pipeline"],
    ["pipelines.rename", "Rename the pipeline", "F2"],
    ["pipelines.duplicate", "Duplicate the pipeline"],
    ["pipelines.text", "Open as text"],
    ["pipelines.history", "History of the pipeline"],
    ["pipelines.delete", "Delete the pipeline", "Delete"],
  ],
  Run: [
    ["pipeline.run", "Run", "Mod+Enter"],
    ["pipeline.run-to", "Run to the selection", "Alt+Enter"],
    ["pipeline.run-from", "Run from the selection", "Shift+Enter"],
    ["pipeline.stop", "Stop the run", "Mod+."],
    ["pipeline.run-all", "Run everything anew"],
    ["pipeline.rerun-failed", "Run again what failed"],
    ["pipeline.clear-cache", "Clear cache here"],
    ["pipeline.clear-cache-downstream", "Clear cache here and downstream"],
    ["run.again", "Run again", "R"],
    ["run.tag", "Tags", "T"],
    ["run.stop", "Stop"],
    ["run.edit", "Edit as new pipeline"],
    ["run.copy", "Copy the id"],
    ["run.delete", "Delete"],
  ],
  Canvas: [
    ["canvas.add", "Add an operation", "Space"],
    ["canvas.note", "Add a sticky note", "N"],
    ["canvas.paste", "Paste", "Mod+V"],
    ["canvas.paste-linked", "Paste with incoming connections", "Mod+Shift+V"],
    ["canvas.undo", "Undo", "Mod+Z"],
    ["canvas.redo", "Redo", "Mod+Shift+Z", "Mod+Y"],
    ["canvas.all", "Select all", "Mod+A"],
    ["canvas.tidy", "Tidy", "Shift+A"],
    ["canvas.find", "Find in this pipeline", "Mod+F"],
    ["canvas.paste-code", "New operation of copied code"],
  ],
  Nodes: [
    ["node.edit", "Edit", "Enter"],
    ["node.rename", "Rename", "F2"],
    ["node.code", "Open its code", "E"],
    ["node.connect", "Connect…", "C"],
    ["node.bypass", "Bypass", "B"],
    ["node.mute", "Mute", "Mod+M"],
    ["node.pin", "Pin its place", "P"],
    ["node.detach", "Take out of its connections", "H"],
    ["node.copy", "Copy", "Mod+C"],
    ["node.cut", "Cut", "Mod+X"],
    ["node.duplicate", "Duplicate", "Mod+D"],
    ["node.remove", "Delete", "Delete", "Backspace"],
    ["node.remove-healing", "Delete and join what it connected", "Shift+Delete", "Shift+Backspace"],
  ],
  Connections: [
    ["edge.select", "Select the connection", "Enter"],
    ["edge.remove", "Delete the connection", "Delete", "Backspace"],
  ],
  View: [
    ["canvas.fit", "Fit into view", "."],
    ["canvas.full", "Zoom to 100 %", "1"],
    ["canvas.in", "Zoom in", "="],
    ["canvas.out", "Zoom out", "-"],
    ["canvas.minimap", "Show or hide the map", "M"],
    ["canvas.outline", "Show or hide the outline", "O"],
    ["canvas.history", "History of this pipeline", "Shift+H"],
    ["canvas.close-history", "Close the history", "Esc"],
  ],
  "Moving around": [
    ["canvas.escape", "Select nothing", "Esc"],
    ...["left", "right", "up", "down"].flatMap((way) => {
      const key = way[0]!.toUpperCase() + way.slice(1);
      return [
        [`canvas.nudge-${way}`, `Move ${way}`, key],
        [`canvas.push-${way}`, `Move ${way} by ten`, `Shift+${key}`],
        [`canvas.go-${way}`, `Go to the next node ${way}`, key],
        [`canvas.pick-${way}`, `Select the next node ${way}`, `Mod+${key}`],
      ];
    }),
  ],
  History: [
    ["history.next", "Go to the next change", "F7"],
    ["history.previous", "Go to the change before", "Shift+F7"],
  ],
  Versions: [
    ["version.name", "Name the version"],
    ["version.branch", "New branch of the version"],
    ["version.restore", "Restore the version"],
  ],
  Code: [
    ["code.format", "Format and save", "Mod+S", "Alt+Shift+F"],
    ["code.undo", "Undo my last change", "Mod+Z"],
    ["code.redo", "Redo", "Mod+Shift+Z", "Mod+Y"],
    ["code.find", "Find and replace", "Mod+F"],
    ["code.definition", "Go to the definition", "F12"],
    ["code.rename", "Rename the name at the cursor", "F2"],
    ["code.comment", "Comment or uncomment lines", "Mod+/"],
    ["code.new", "New operation, module or layer"],
    ["code.paste", "New operation of copied code"],
  ],
  Files: [
    ["file.rename", "Rename the file", "F2"],
    ["file.duplicate", "Duplicate the file"],
    ["file.history", "History of the file"],
    ["file.delete", "Delete the file", "Delete"],
  ],
  Runs: [
    ["runs.all", "Select all runs", "Mod+A"],
    ["runs.compare", "Compare", "C"],
    ["runs.again", "Run again", "R"],
    ["runs.tag", "Tag", "T"],
    ["runs.delete", "Delete", "Delete"],
    ["runs.find", "Find runs", "/"],
    ["runs.filter", "Filter runs", "F"],
    ["runs.stop", "Stop"],
  ],
  Jobs: [
    ["job.log", "Log of the job"],
    ["job.again", "Run again from the job, as it was"],
    ["job.restart", "Restart the job with the code of today"],
  ],
  Log: [
    ["log.find", "Search the log", "Mod+F", "/"],
    ["log.next", "Next place found in the log", "F3"],
    ["log.previous", "Previous place found in the log", "Shift+F3"],
    ["log.wrap", "Wrap long lines", "W"],
    ["log.copy", "Copy the log"],
    ["log.follow", "Follow the log"],
  ],
  Chart: [
    ["chart.in", "Zoom in", "=", "+"],
    ["chart.out", "Zoom out", "-"],
    ["chart.whole", "Show all", "0", "Esc"],
    ["chart.left", "Move left", "Left"],
    ["chart.right", "Move right", "Right"],
    ["chart.picture", "Save as PNG"],
    ["chart.points", "Every point as CSV"],
  ],
  Artifacts: [
    ["artifacts.find", "Find an artifact", "Mod+F"],
    ["artifacts.delete", "Delete the chosen artifacts", "Delete"],
    ["artifacts.upload", "Upload files"],
    ["artifacts.upload-folder", "Upload a folder"],
    ["artifacts.import", "Import from a URL"],
  ],
  Artifact: [
    ["artifact.rename", "Rename", "F2"],
    ["artifact.download", "Download"],
    ["artifact.copy", "Use in a pipeline"],
    ["artifact.pipeline", "Make a pipeline of its lineage"],
    ["artifact.delete", "Delete"],
  ],
};

export const COMMANDS: readonly Command[] = Object.entries(TABLE).flatMap(([group, rows]) =>
  rows.map(([id, label, ...keys]) => ({ id: id!, label: label!, group, keys })),
);

/** The views, each with the first words of the ids that it has beside those that are everywhere. */
const VIEWS: readonly (readonly string[])[] = [
  ["projects"],
  ["go", "project", "pipelines"],
  ["go", "project", "canvas", "node", "edge", "pipeline", "history", "version", "log", "chart"],
  ["go", "project", "code", "file", "history"],
  ["go", "project", "runs"],
  ["go", "project", "run", "job", "log", "chart"],
  ["go", "project", "artifacts"],
  ["go", "project", "artifact"],
  ["go", "project", "version"],
];
const EVERYWHERE = "app";

/** Whether there is a view that has both commands. */
export function meet(one: string, other: string): boolean {
  const [first, second] = [one.split(".")[0]!, other.split(".")[0]!];
  const isIn = (view: readonly string[], word: string) => word === EVERYWHERE || view.includes(word);
  return VIEWS.some((view) => isIn(view, first) && isIn(view, second));
}

/** What is offered now, then what other views offer, then what has keys of the person's own; each once. */
export function allCommands(offered: readonly Command[], own: Record<string, string[]>): Command[] {
  const found = new Map<string, Command>();
  const unknown = Object.keys(own).map((id) => ({ id, label: id.split(".").at(-1)!, group: "Others" }));
  for (const command of [...offered, ...COMMANDS, ...unknown])
    if (!found.has(command.id)) found.set(command.id, command);
  return [...found.values()];
}

/** The command that has these keys in a view that also has the command `id`. */
export function clashing(
  id: string,
  keys: string,
  commands: readonly Command[],
  own: Record<string, string[]>,
): Command | undefined {
  return commands.find((other) => other.id !== id && keysOf(other, own).includes(keys) && meet(id, other.id));
}
