/** Asks what a new file is to be, and its name. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { makeFile } from "../files";
import { NameForm } from "./NameForm";

interface NewFileDialogProps {
  project: string;
  kind: string;
  onClose: () => void;
  onMade: (path: string) => void;
}

const KINDS = [
  { value: "operation", label: "Operation" },
  { value: "utils", label: "Module in utils" },
  { value: "layers", label: "Layer" },
  { value: "serialization", label: "Serialization" },
];
const FIRST: Record<string, string> = {
  operation: "my_operation",
  utils: "helpers",
  layers: "my_layer",
  serialization: "serialization",
};

export function NewFileDialog({ project, kind: first, onClose, onMade }: NewFileDialogProps) {
  const [kind, setKind] = useState(KINDS.some(({ value }) => value === first) ? first : "operation");
  const [template, setTemplate] = useState("function");
  const { data: templates = [] } = useQuery({
    queryKey: ["code-templates", project],
    queryFn: () =>
      ask(api.GET("/api/v1/projects/{project}/code/templates", { params: { path: { project } } })),
    staleTime: Infinity,
  });
  return (
    <NameForm
      key={kind}
      title="New file"
      label="Name"
      first={FIRST[kind] ?? ""}
      deed="Create"
      onClose={onClose}
      onDone={async (name) => {
        onMade(await makeFile(project, kind, name, template));
        onClose();
      }}
    >
      <NativeSelect
        size="xs"
        mb="sm"
        label="Kind"
        value={kind}
        data={KINDS}
        onChange={(event) => setKind(event.currentTarget.value)}
      />
      {kind === "operation" && (
        <NativeSelect
          size="xs"
          mb="sm"
          label="Begin with"
          value={template}
          data={templates.map(({ name, title }) => ({ value: name, label: title }))}
          description={templates.find(({ name }) => name === template)?.description}
          onChange={(event) => setTemplate(event.currentTarget.value)}
        />
      )}
    </NameForm>
  );
}
