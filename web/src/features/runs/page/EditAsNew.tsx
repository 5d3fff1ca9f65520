/** Takes the pipeline of a run up again, as a new pipeline of the project. */

import { useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { useProject } from "@/api/queries";
import { NameModal } from "@/parts/NameModal";
import type { Run } from "@/state/run";
import { done } from "@/state/toasts";
import { count } from "@/ui/time";
import { short } from "../deeds";

export function EditAsNew({ run, onClose }: { run: Run; onClose: () => void }) {
  const { data } = useProject(run.project);
  const navigate = useNavigate();
  const write = async (name: string) => {
    const written = await ask(
      api.POST("/api/v1/projects/{project}/pipelines/from-run", {
        params: { path: { project: run.project } },
        body: { run: run.id, name },
      }),
    );
    if (written.differs.length > 0) {
      const files = written.differs.map(({ path }) => path);
      const more = files.length > 3 ? " …" : "";
      done(
        `${count(files.length, "file")} of the code ${files.length === 1 ? "is" : "are"} no longer as in the run: ` +
          `${files.slice(0, 3).join(", ")}${more}`,
      );
    }
    void navigate(`/projects/${run.project}/pipelines/edit?name=${encodeURIComponent(written.name)}`);
  };
  const isTaken = (name: string) => data?.pipelines.some((pipeline) => pipeline.name === name);
  return (
    <NameModal
      title="Edit as new pipeline"
      label="Name"
      description="The pipeline as this run had it, with its attributes. The code is that of today."
      first={`${run.pipeline}-${short(run.id).toLowerCase()}`}
      deed="Make the pipeline"
      check={(name) => (isTaken(name) ? "There is a pipeline of that name." : null)}
      onClose={onClose}
      onDone={write}
    />
  );
}
