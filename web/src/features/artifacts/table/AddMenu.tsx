/** The ways to bring artifacts here by hand. */
import { Button, FileButton, Menu } from "@mantine/core";
import { IconChevronDown, IconUpload } from "@tabler/icons-react";
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

export function AddMenu({ project, onImport }: { project: string; onImport: () => void }) {
  const pickFolder = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.webkitdirectory = true;
    input.onchange = () => {
      for (const one of input.files ? chosenFolder(input.files) : []) send(project, one);
    };
    input.click();
  };
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
          <Menu.Item onClick={pickFolder}>Upload a folder…</Menu.Item>
          <Menu.Item onClick={onImport}>Import from a URL…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
