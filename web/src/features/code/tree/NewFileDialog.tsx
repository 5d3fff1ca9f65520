/** Asks what a new file is to be, and its name. */
import { NativeSelect, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { NameModal } from "@/parts/NameModal";
import { makeFile } from "../files";

interface NewFileDialogProps {
  project: string;
  kind: string;
  /** Code to make an operation of. */
  code: string | null;
  onClose: () => void;
  onMade: (path: string) => void;
}

const KINDS = [
  { value: "operation", label: "Operation" },
  { value: "utils", label: "Module in utils" },
  { value: "layers", label: "Layer" },
  { value: "serialization", label: "Serialization" },
];
const PASTED = "pasted";
const FIRST: Record<string, string> = {
  operation: "my_operation",
  utils: "my_module",
  layers: "my_layer",
  serialization: "serialization",
};

export function NewFileDialog({ project, kind: first, code: copied, onClose, onMade }: NewFileDialogProps) {
  const [kind, setKind] = useState(KINDS.some(({ value }) => value === first) ? first : "operation");
  const [template, setTemplate] = useState(copied === null ? "function" : PASTED);
  const [code, setCode] = useState(copied ?? "");
  const isPasted = kind === "operation" && template === PASTED;
  const { data: templates = [] } = useQuery({
    queryKey: ["code-templates", project],
    queryFn: () =>
      ask(api.GET("/api/v1/projects/{project}/code/templates", { params: { path: { project } } })),
    staleTime: Infinity,
  });
  return (
    <NameModal
      title="New file"
      label={isPasted ? "Name, if it has none of its own" : "Name"}
      first={isPasted ? "" : (FIRST[kind] ?? "")}
      isOptional={isPasted}
      deed="Create"
      onClose={onClose}
      onDone={async (name) => {
        onMade(await makeFile(project, kind, name, template, isPasted ? code : null));
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
          data={[
            ...templates.map(({ name, title }) => ({ value: name, label: title })),
            { value: PASTED, label: "Code that I paste" },
          ]}
          description={
            isPasted
              ? "A function or a class becomes an operation as it is; statements are wrapped in a function."
              : templates.find(({ name }) => name === template)?.description
          }
          onChange={(event) => setTemplate(event.currentTarget.value)}
        />
      )}
      {isPasted && (
        <Textarea
          mb="sm"
          label="Code"
          placeholder="def scale(numbers, *, factor=2.0): …"
          autosize
          minRows={6}
          maxRows={16}
          value={code}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mono)", fontSize: "12px" } }}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
    </NameModal>
  );
}
