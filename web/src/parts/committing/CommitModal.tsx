/** The dialog that commits; a project that is in no repository is put in one. */
import { Modal } from "@mantine/core";
import { Dialog } from "./Dialog";
import { closeCommit } from "./opened";
import { useChanges } from "./queries";

export default function CommitModal({ project, opened }: { project: string; opened: boolean }) {
  const { data } = useChanges(project);
  const title = data?.repository === false ? "Keep this project in git" : "Commit";
  const hasFiles = data?.repository && data.refusal === null && data.changed > 0;
  return (
    <Modal
      opened={opened}
      onClose={closeCommit}
      title={data?.branch ? `Commit to ${data.branch}` : title}
      size={hasFiles ? 1080 : 440}
    >
      {opened && <Dialog project={project} />}
    </Modal>
  );
}
