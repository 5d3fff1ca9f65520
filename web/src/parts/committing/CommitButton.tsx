/** Opens the dialog from the history: how many files changed, or the way into git. */
import { Button } from "@mantine/core";
import { IconGitCommit } from "@tabler/icons-react";
import { openCommit } from "./opened";
import { useChanges } from "./queries";

export function CommitButton({ project }: { project: string }) {
  const { data } = useChanges(project);
  if (!data) return null;
  const files = data.changed === 1 ? "1 file" : `${data.changed.toLocaleString()} files`;
  const words = data.changed === 0 ? "Commit…" : `Commit ${files}…`;
  return (
    <Button leftSection={<IconGitCommit size={15} />} onClick={() => openCommit(project)}>
      {data.repository ? words : "Keep in git…"}
    </Button>
  );
}
