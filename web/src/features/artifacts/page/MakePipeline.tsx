/** Asks for a name, and writes what led to a version as a pipeline; then tells what is not as it was. */
import { Button, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "@/api/client";
import { NameModal } from "@/parts/NameModal";
import { count } from "@/ui/time";
import css from "../artifacts.module.css";
import type { Version } from "../queries";

interface MakePipelineProps {
  project: string;
  version: Version;
  onClose: () => void;
}

export function MakePipeline({ project, version, onClose }: MakePipelineProps) {
  const [made, setMade] = useState<Schemas["MadePipeline"] | null>(null);
  const make = async (name: string) => {
    const params = { path: { artifact: version.artifact } };
    const body = { name, version: version.version };
    setMade(await ask(api.POST("/api/v1/artifacts/{artifact}/pipeline", { params, body })));
  };
  if (made) {
    return (
      <Modal opened onClose={onClose} title={`Made the pipeline ${made.name}`}>
        <p>
          It has {count(Object.keys(made.nodes).length, "node")}:{" "}
          {made.differences.length === 0
            ? "exactly what led to this version, and nothing has changed since."
            : "what led to this version. Not everything is as it was:"}
        </p>
        <ul className={css.differences}>
          {made.differences.map((difference) => (
            <li key={`${difference.node} ${difference.message}`}>
              <b>{difference.node}</b> {difference.message}
            </li>
          ))}
        </ul>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button
            variant="filled"
            component={Link}
            to={`/projects/${project}/pipelines/edit?name=${encodeURIComponent(made.name)}`}
          >
            Open the pipeline
          </Button>
        </Group>
      </Modal>
    );
  }
  return (
    <NameModal
      title="Make a pipeline of its lineage"
      label="Name of the pipeline"
      description={`It gets exactly the operations that led to ${version.name}@${version.version}.`}
      first={`${version.name.replaceAll(/[^\w-]+/g, "-")}-${version.version}`}
      deed="Make the pipeline"
      onClose={onClose}
      onDone={make}
    />
  );
}
