/** The ways to bring artifacts here by hand. */
import { Button, FileButton, Menu } from "@mantine/core";
import { IconChevronDown, IconFolderUp, IconLink, IconUpload } from "@tabler/icons-react";
import { ActionItems } from "@/parts/ActionItems";
import { type Action, useActions } from "@/state/actions";
import { chosen, chosenFolder } from "../upload/dropped";
import { send } from "../upload/transfer";

export function UploadButton({ project }: { project: string }) {
  return (
    <FileButton multiple onChange={(files) => upload(project, files)}>
      {(props) => (
        <Button {...props} variant="filled" leftSection={<IconUpload size={15} />}>
          Upload files
        </Button>
      )}
    </FileButton>
  );
}

function upload(project: string, files: File[] | null): void {
  for (const one of chosen(files ?? [])) send(project, one);
}

/** The field that takes the files comes first in the group, so the button would lose its corners. */
const CORNERS = { borderStartStartRadius: "var(--r)", borderEndStartRadius: "var(--r)" };

/** The commands that bring artifacts here; the first is the one for files. */
export function useAdding(project: string, onImport: () => void): Action[] {
  return useActions(
    (): Action[] => [
      {
        id: "artifacts.upload",
        label: "Upload files",
        group: "Artifacts",
        icon: IconUpload,
        words: "add",
        perform: () => pick(project, false),
      },
      {
        id: "artifacts.upload-folder",
        label: "Upload a folder",
        group: "Artifacts",
        icon: IconFolderUp,
        words: "add directory",
        perform: () => pick(project, true),
      },
      {
        id: "artifacts.import",
        label: "Import from a URL",
        group: "Artifacts",
        icon: IconLink,
        words: "add reference link s3",
        perform: onImport,
      },
    ],
    [project],
  );
}

/** Asks for files, or for a folder, and sends what was chosen. */
function pick(project: string, folder: boolean): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.onchange = () => {
    const files = input.files ?? [];
    for (const one of folder && input.files ? chosenFolder(input.files) : chosen([...files]))
      send(project, one);
  };
  input.click();
}

export function AddMenu({ project, actions }: { project: string; actions: readonly Action[] }) {
  return (
    <Button.Group>
      <FileButton multiple onChange={(files) => upload(project, files)}>
        {(props) => (
          <Button
            {...props}
            size="xs"
            variant="filled"
            style={CORNERS}
            leftSection={<IconUpload size={14} />}
          >
            Upload
          </Button>
        )}
      </FileButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="filled" px={6} aria-label="More ways to add artifacts">
            <IconChevronDown size={14} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <ActionItems actions={actions.slice(1)} />
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
