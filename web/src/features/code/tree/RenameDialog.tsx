/** Asks for another path of a file. */
import { renameFile } from "../files";
import { NameForm } from "./NameForm";

interface RenameDialogProps {
  project: string;
  path: string;
  onClose: () => void;
  onMoved: (path: string) => void;
}

export function RenameDialog({ project, path, onClose, onMoved }: RenameDialogProps) {
  return (
    <NameForm
      title={`Rename ${path}`}
      label="Path"
      first={path}
      deed="Rename"
      onClose={onClose}
      onDone={async (to) => {
        if (to !== path) await renameFile(project, path, to, onMoved);
        onClose();
      }}
    />
  );
}
