/** What the dialog shows: the changed files, or how to put the project under git. */
import { Button } from "@mantine/core";
import { Failed, Loading } from "@/ui/Empty";
import { CommitForm } from "./CommitForm";
import { KeepForm } from "./KeepForm";
import { useChanges } from "./queries";

export function Dialog({ project }: { project: string }) {
  const { data, error, refetch } = useChanges(project);
  if (error && !data)
    return (
      <Failed
        what="What changed cannot be shown"
        error={error}
        action={<Button onClick={() => refetch()}>Try again</Button>}
      />
    );
  if (!data) return <Loading what="what changed" />;
  return data.repository ? (
    <CommitForm project={project} changes={data} />
  ) : (
    <KeepForm project={project} changes={data} />
  );
}
