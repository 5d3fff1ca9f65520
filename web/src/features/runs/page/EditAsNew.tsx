/** Takes the pipeline of a run up again, as a new pipeline of the project. */

import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiError, api, ask } from "@/api/client";
import { useProject } from "@/api/queries";
import type { Run } from "@/state/run";
import { done } from "@/state/toasts";
import { count } from "@/ui/time";
import { short } from "../deeds";

export function EditAsNew({ run, onClose }: { run: Run; onClose: () => void }) {
  const { data } = useProject(run.project);
  const navigate = useNavigate();
  const [name, setName] = useState(`${run.pipeline}-${short(run.id).toLowerCase()}`);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const taken = data?.pipelines.some((pipeline) => pipeline.name === name.trim());
  const write = async () => {
    setBusy(true);
    try {
      const written = await ask(
        api.POST("/api/v1/projects/{project}/pipelines/from-run", {
          params: { path: { project: run.project } },
          body: { run: run.id, name: name.trim() },
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
    } catch (error) {
      setProblem(
        error instanceof ApiError ? [error.message, error.hint].filter(Boolean).join(" ") : String(error),
      );
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Edit as new pipeline">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
      >
        <TextInput
          label="Name"
          description="The pipeline as this run had it, with its attributes. The code is that of today."
          value={name}
          error={taken ? "There is a pipeline of that name." : problem}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setProblem(null);
          }}
          data-autofocus
        />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={!name.trim() || taken}>
            Make the pipeline
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
