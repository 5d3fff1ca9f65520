/** Asks for another path of a file. */
import { NameModal } from "@/parts/NameModal";
import { renameFile } from "../files";

interface RenameDialogProps {
  project: string;
  path: string;
  onClose: () => void;
  onMoved: (from: string, to: string) => void;
}

export function RenameDialog({ project, path, onClose, onMoved }: RenameDialogProps) {
  return (
    <NameModal
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
