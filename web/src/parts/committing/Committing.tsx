/** The dialog that commits, loaded when it is first opened; a project that is in no repository is put in one. */
import { Modal } from "@mantine/core";
import { Suspense } from "react";
import { lazily } from "@/state/lazily";
import { Loading } from "@/ui/Empty";
import { closeCommit, useOpened } from "./opened";
import { useChanges } from "./queries";

const Dialog = lazily(() => import("./Dialog"));

export function Committing({ project }: { project: string }) {
  const opened = useOpened((now) => now.project === project);
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
      <Suspense fallback={<Loading what="the dialog" />}>{opened && <Dialog project={project} />}</Suspense>
    </Modal>
  );
}
