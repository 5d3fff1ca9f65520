/** What can be done with a version: restore it, name it, make a branch of it. */
import { Button, Modal, Popover } from "@mantine/core";
import { IconArrowBackUp, IconBookmark, IconGitBranch } from "@tabler/icons-react";
import { useState } from "react";
import { NameForm } from "@/parts/NameForm";
import { type Action, useActions } from "@/state/actions";
import { done } from "@/state/toasts";
import { Branching } from "./Branching";
import css from "./history.module.css";
import { NOW, nameVersion, restore } from "./queries";

interface VersionBarProps {
  project: string;
  /** The version, or the files as they are. */
  version: string;
  /** What people call it. */
  title: string;
  path: string | null;
  /** A commit of the person's own has its name in git. */
  own?: boolean;
}

export function VersionBar({ project, version, title, path, own = false }: VersionBarProps) {
  const [branching, setBranching] = useState(false);
  const [busy, setBusy] = useState(false);
  const [branch, goBack] = useActions(
    (): Action[] => [
      {
        id: "version.branch",
        label: version === NOW ? "New branch of this state" : `New branch of “${title}”`,
        group: "Versions",
        icon: IconGitBranch,
        words: "git version",
        perform: () => setBranching(true),
      },
      {
        id: "version.restore",
        label: path ? `Restore this file as in “${title}”` : `Restore “${title}”`,
        group: "Versions",
        icon: IconArrowBackUp,
        words: "version go back",
        when: () => version !== NOW && !busy,
        perform: async () => {
          setBusy(true);
          await restore(project, version, path, path ? `${path} as it was in “${title}”` : `“${title}”`);
          setBusy(false);
        },
      },
    ],
    [project, version, title, path, busy],
  );
  return (
    <div className={css.bar}>
      {!own && <Naming project={project} version={version} />}
      <Button leftSection={<IconGitBranch size={15} />} onClick={branch?.perform}>
        Branch
      </Button>
      {version !== NOW && (
        <Button
          variant="filled"
          loading={busy}
          leftSection={<IconArrowBackUp size={15} />}
          onClick={goBack?.perform}
        >
          {path ? "Restore this file" : "Restore"}
        </Button>
      )}
      <Modal opened={branching} onClose={() => setBranching(false)} title="New branch">
        {branching && <Branching project={project} version={version} close={() => setBranching(false)} />}
      </Modal>
    </div>
  );
}

/** A button that asks for a name, and gives it to the version. */
export function Naming({ project, version }: { project: string; version: string }) {
  const [opened, setOpened] = useState(false);
  /** What is typed stays when the form closes. */
  const [name, setName] = useState("");
  useActions(
    (): Action[] => [
      {
        id: "version.name",
        label: version === NOW ? "Name this state" : "Name the version",
        group: "Versions",
        icon: IconBookmark,
        words: "tag bookmark",
        perform: () => setOpened(true),
      },
    ],
    [version],
  );
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-end" withArrow>
      <Popover.Target>
        <Button leftSection={<IconBookmark size={15} />} onClick={() => setOpened(!opened)}>
          {version === NOW ? "Name this state" : "Name"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm
          label="Name of the version"
          placeholder="Before the talk"
          deed="Name it"
          first={name}
          onTyped={setName}
          onDone={async (name) => {
            await nameVersion(project, version, name);
            setOpened(false);
            setName("");
            done(`Named “${name}”`);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
