/** The history of a project: the timeline at the left, what a version changed at the right. All of it is in the address. */
import { Button, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useParams, useSearchParams } from "react-router";
import { CommitButton } from "@/parts/committing/CommitButton";
import { Crumb, useTitle } from "@/parts/header";
import { DifferenceView } from "@/parts/history/DifferenceView";
import css from "@/parts/history/history.module.css";
import { NOW, useHistory, type Version } from "@/parts/history/queries";
import { Timeline } from "@/parts/history/Timeline";
import { VersionBar } from "@/parts/history/VersionBar";
import { Empty } from "@/ui/Empty";
import { Ago } from "@/ui/Time";

export function Component() {
  const { project = "" } = useParams();
  const [params, setParams] = useSearchParams();
  useTitle("History");
  const path = params.get("path");
  const selected = params.get("version");
  const against = params.get("with");
  const { data } = useHistory(project, path, "");
  const versions = data?.pages.flatMap((page) => page.versions) ?? [];
  const version = versions.find(({ id }) => id === selected);
  const put = (entries: Record<string, string | null>) =>
    setParams((now) => {
      for (const [key, value] of Object.entries(entries)) {
        if (value === null) now.delete(key);
        else now.set(key, value);
      }
      return now;
    });
  return (
    <>
      <Crumb to={path ? `/projects/${project}/history` : undefined}>History</Crumb>
      {path && <Crumb>{path}</Crumb>}
      <div className={css.screen}>
        <div className={css.side}>
          <div className={css.sideHead}>
            <h1>History</h1>
            {path === null && <CommitButton project={project} />}
            {path && (
              <Button
                variant="subtle"
                color="gray"
                rightSection={<IconX size={13} />}
                onClick={() => put({ path: null })}
                aria-label={`Show the versions of all files, not only of ${path}`}
              >
                {path}
              </Button>
            )}
          </div>
          <Timeline
            project={project}
            path={path}
            selected={selected}
            against={against}
            onSelect={(chosen) => put({ version: chosen?.id ?? null, with: null })}
            onCompare={(chosen) =>
              selected
                ? put({ with: chosen === NOW ? NOW : chosen.id })
                : put({ version: chosen === NOW ? null : chosen.id })
            }
          />
        </div>
        <section className={css.main} aria-label="What a version changed">
          {selected ? (
            <Shown
              key={`${selected} ${against}`}
              project={project}
              path={path}
              id={selected}
              version={version}
              versions={versions}
              against={against}
              compare={(other) => put({ with: other })}
              of={(file) => put({ path: file })}
            />
          ) : (
            <Empty
              title="Choose a version"
              action={<VersionBar project={project} version={NOW} title="Now" path={path} />}
            >
              Choose one to see how it differs from the files as they are. Hold Shift and choose a second one
              to compare the two.
            </Empty>
          )}
        </section>
      </div>
    </>
  );
}

interface ShownProps {
  project: string;
  path: string | null;
  id: string;
  version: Version | undefined;
  versions: readonly Version[];
  against: string | null;
  compare: (other: string | null) => void;
  of: (file: string) => void;
}

function Shown({ project, path, id, version, versions, against, compare, of }: ShownProps) {
  const title = version ? (version.names.at(-1) ?? version.words) : id.slice(0, 10);
  const place = versions.findIndex((one) => one.id === id);
  const other = against ?? NOW;
  const otherPlace = versions.findIndex((one) => one.id === other);
  const older = other !== NOW && (otherPlace > place || place < 0);
  const choices = [
    { value: NOW, label: "the files as they are" },
    ...versions
      .filter((one) => one.id !== id)
      .slice(0, 200)
      .map((one) => ({ value: one.id, label: `${one.names.at(-1) ?? one.words} (${one.id.slice(0, 7)})` })),
  ];
  if (against !== null && !choices.some(({ value }) => value === against))
    choices.push({ value: against, label: against.slice(0, 10) });
  return (
    <>
      <header className={css.head}>
        <div>
          <h2>{title}</h2>
          {version && version.names.length > 1 && (
            <p>
              also named{" "}
              {version.names
                .slice(0, -1)
                .map((name) => `“${name}”`)
                .join(", ")}
            </p>
          )}
          {version && (
            <p>
              <Ago time={version.at} /> by{" "}
              {version.authors.length > 0 ? version.authors.join(", ") : "another program"}
              {version.files.length > 0 && " · "}
              {version.files.slice(0, 4).map((file) => (
                <button key={file} type="button" className={css.fileLink} onClick={() => of(file)}>
                  {file}
                </button>
              ))}
              {version.changed > 4 && ` and ${version.changed - 4} more`}
            </p>
          )}
        </div>
        <VersionBar
          project={project}
          version={id}
          title={title}
          path={path}
          own={version?.kind === "commit"}
        />
      </header>
      <Select
        className={css.compare}
        size="xs"
        label="Compared with"
        data={choices}
        value={other}
        allowDeselect={false}
        onChange={(value) => compare(value === NOW ? null : value)}
      />
      <DifferenceView project={project} from={older ? other : id} to={older ? id : other} path={path} />
    </>
  );
}
