/** Which artifact an Input gives: found by name, its newest version or a fixed one. */
import { Autocomplete, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { bytes } from "@/ui/time";
import { FieldRow } from "./AttributeField";
import { useFoundArtifacts, useVersionsOf } from "./artifacts";
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
  const [name, fixed] = partsOf(value);
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const { data: found } = useFoundArtifacts(project, text === name ? "" : text);
  const { data: versions = [] } = useVersionsOf(project, name);
  const chosen = versions.find((one) => String(one.version) === fixed) ?? versions[0];
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
          placeholder={found?.length === 0 && text === name ? "there are none yet" : "find an artifact"}
          disabled={disabled}
          error={problem !== undefined}
          value={text}
          data={found?.map((artifact) => artifact.name) ?? []}
          filter={({ options }) => options}
          onChange={setText}
          onOptionSubmit={commit}
          onBlur={() => commit(text.trim())}
          // When the key comes up: an option that Enter chose is the text by then.
          onKeyUp={(event) => event.key === "Enter" && commit(text.trim())}
        />
      </FieldRow>
      {chosen && (
        <>
          <FieldRow id="input-version" name="version">
            <NativeSelect
              id="input-version"
              size="xs"
              disabled={disabled}
              value={fixed}
              data={choices(versions, fixed)}
              onChange={(event) => {
                const wanted = event.currentTarget.value;
                onCommit(wanted ? `${name}@${wanted}` : name);
              }}
            />
          </FieldRow>
          <p className={css.doc}>
            {chosen.type} · {bytes(chosen.size)}
          </p>
        </>
      )}
    </>
  );
}

/** The newest version whichever that is, then each that there is; one that is set and not there as well. */
function choices(versions: readonly Schemas["ArtifactVersion"][], fixed: string) {
  const known = versions.map(({ version, gone }) => ({
    value: String(version),
    label: `version ${version}${gone ? ", its bytes are gone" : ""}`,
  }));
  const strange = fixed !== "" && !known.some(({ value }) => value === fixed);
  return [
    { value: "", label: `newest, now ${versions[0]?.version}` },
    ...(strange ? [{ value: fixed, label: `version ${fixed} is not there` }] : []),
    ...known,
  ];
}

/** `digits@3` → its name and its version; the version is empty for the newest. */
function partsOf(reference: string): [name: string, version: string] {
  const at = reference.lastIndexOf("@");
  return at < 0 ? [reference, ""] : [reference.slice(0, at), reference.slice(at + 1)];
}
