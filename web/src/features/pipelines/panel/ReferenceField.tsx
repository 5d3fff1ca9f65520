/** A reference to a resource of the project, chosen among those there are. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { api, ask } from "@/api/client";
import { useEditor } from "../canvas/editor";
import { FieldRow } from "./AttributeField";

interface ReferenceFieldProps {
  name: string;
  target: string;
  problem?: string;
  disabled: boolean;
  onCommit: (target: string | undefined) => void;
}

const RESOURCE = /^(architectures\/.+)\.ya?ml$/;

export function ReferenceField({ name, target, problem, disabled, onCommit }: ReferenceFieldProps) {
  const { project } = useEditor();
  const id = useId();
  const { data } = useQuery({
    queryKey: ["project", project, "files"],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/files", { params: { path: { project } } })),
  });
  const known = (data?.files ?? []).flatMap((file) => RESOURCE.exec(file.path)?.[1] ?? []);
  const choices = known.includes(target) ? known : [target, ...known];
  return (
    <FieldRow
      id={id}
      name={name}
      type="A reference to a resource"
      problem={problem}
      reset={disabled ? undefined : () => onCommit(undefined)}
    >
      <NativeSelect
        id={id}
        size="xs"
        disabled={disabled}
        error={problem !== undefined}
        value={target}
        data={choices}
        onChange={(event) => onCommit(event.currentTarget.value)}
      />
    </FieldRow>
  );
}
