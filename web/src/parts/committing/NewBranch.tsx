/** A branch at the commit that is checked out, to go on with what changed. */
import { makeBranch } from "@/parts/history/queries";
import { NameForm } from "@/parts/NameForm";
import { useFocus } from "@/ui/useFocus";

export function NewBranch({ project, head }: { project: string; head: string }) {
  const field = useFocus<HTMLInputElement>();
  return (
    <NameForm
      field={field}
      label="Name of the branch"
      placeholder="try/wider-network"
      deed="Make branch"
      onDone={async (name) => void (await makeBranch(project, head, name, true))}
    />
  );
}
