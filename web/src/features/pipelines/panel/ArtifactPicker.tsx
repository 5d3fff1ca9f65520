/** Which artifact an Input gives: found by name, its newest version or a fixed one. */
import { Autocomplete, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask } from "@/api/client";
import { bytes } from "@/ui/time";
import { FieldRow } from "./AttributeField";
import css from "./panel.module.css";

interface ArtifactPickerProps {
  project: string;
  /** `name` for the newest version, `name@3` for the third. */
  value: string;
  disabled: boolean;
  problem?: string;
  onCommit: (value: string) => void;
}

export function ArtifactPicker({ project, value, disabled, problem, onCommit }: ArtifactPickerProps) {
  const [name, version] = partsOf(value);
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const { data: artifacts = [] } = useQuery({
    queryKey: ["artifacts", project, "picker"],
    queryFn: () => ask(api.GET("/api/v1/artifacts", { params: { query: { project, limit: 1000 } } })),
  });
  const chosen = artifacts.find((artifact) => artifact.name === name);
  const commit = (fresh: string) => {
    if (fresh && fresh !== name) onCommit(fresh);
    else setText(name);
  };
  return (
    <>
      <FieldRow id="input-artifact" name="artifact" missing={value === ""} problem={problem}>
        <Autocomplete
          id="input-artifact"
          size="xs"
          classNames={{ input: css.input }}
          placeholder={artifacts.length > 0 ? "find an artifact" : "there are none yet"}
          disabled={disabled}
          error={problem !== undefined}
          value={text}
          data={artifacts.map((artifact) => artifact.name)}
          onChange={setText}
          onOptionSubmit={commit}
          onBlur={() => commit(text.trim())}
          onKeyDown={(event) => event.key === "Enter" && commit(text.trim())}
          limit={30}
        />
      </FieldRow>
      {chosen && (
        <FieldRow id="input-version" name="version">
          <NativeSelect
            id="input-version"
            size="xs"
            disabled={disabled}
            value={version}
            data={[
              { value: "", label: `newest, now ${chosen.newest}` },
              ...Array.from({ length: chosen.newest }, (_, index) => chosen.newest - index).map((one) => ({
                value: String(one),
                label: `version ${one}`,
              })),
            ]}
            onChange={(event) => {
              const fixed = event.currentTarget.value;
              onCommit(fixed ? `${name}@${fixed}` : name);
            }}
          />
        </FieldRow>
      )}
      {chosen && (
        <p className={css.doc}>
          {chosen.type} · {bytes(chosen.size)}
        </p>
      )}
    </>
  );
}

/** `digits@3` → its name and its version; the version is empty for the newest. */
export function partsOf(reference: string): [name: string, version: string] {
  const at = reference.lastIndexOf("@");
  return at < 0 ? [reference, ""] : [reference.slice(0, at), reference.slice(at + 1)];
}
