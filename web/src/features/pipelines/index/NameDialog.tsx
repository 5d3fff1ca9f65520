/** Asks for the name of a new pipeline, and what it begins as; or for another name. */
import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { NameModal } from "@/parts/NameModal";
import { freeName, nameTrouble, type Pipeline, type PipelineFile } from "./files";

export type Asked = { kind: "new" } | { kind: "rename"; pipeline: PipelineFile };

interface NameDialogProps {
  asked: Asked;
  pipelines: readonly Pipeline[];
  /** The names of all that are there. */
  names: readonly string[];
  onClose: () => void;
  /** May throw ApiError, which is shown. */
  onDone: (name: string, from: Pipeline | null) => Promise<void>;
}

export function NameDialog({ asked, pipelines, names, onClose, onDone }: NameDialogProps) {
  const renamed = asked.kind === "rename" ? asked.pipeline.name : null;
  const [proposed] = useState(() => renamed ?? freeName("pipeline", names));
  const [from, setFrom] = useState("");
  const others = names.filter((one) => one !== renamed);
  return (
    <NameModal
      title={renamed === null ? "New pipeline" : `Rename ${renamed}`}
      label="Name"
      first={proposed}
      deed={renamed === null ? "Create" : "Rename"}
      check={(name) => nameTrouble(name, others)}
      onClose={onClose}
      onDone={async (name) => {
        if (name === renamed) onClose();
        else await onDone(name, pipelines.find((pipeline) => pipeline.name === from) ?? null);
      }}
      after={
        renamed === null &&
        pipelines.length > 0 && (
          <NativeSelect
            mt="sm"
            size="xs"
            label="Begin with"
            value={from}
            data={[
              { value: "", label: "an empty canvas" },
              ...pipelines.map((one) => ({ value: one.name, label: `a copy of ${one.name}` })),
            ]}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        )
      }
    />
  );
}
