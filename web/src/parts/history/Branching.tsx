/** What the dialog for a new branch shows: its name, or the way into git. */
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { openCommit } from "@/parts/committing/opened";
import { NameForm } from "@/parts/NameForm";
import { done } from "@/state/toasts";
import { Failed, Loading } from "@/ui/Empty";
import { useFocus } from "@/ui/useFocus";
import css from "./history.module.css";
import { makeBranch, useBranches } from "./queries";

interface BranchingProps {
  project: string;
  version: string;
  close: () => void;
}

export function Branching({ project, version, close }: BranchingProps) {
  const { data, error, refetch } = useBranches(project, true);
  if (error && !data) return <Failed what="The branches cannot be shown" error={error} again={refetch} />;
  if (!data) return <Loading what="the branches" />;
  if (!data.repository) return <OutsideOfGit project={project} close={close} />;
  const current = data.branches.find((branch) => branch.current)?.name;
  return <BranchForm project={project} version={version} close={close} current={current} />;
}

function OutsideOfGit({ project, close }: Omit<BranchingProps, "version">) {
  const first = useFocus<HTMLButtonElement>();
  const keep = () => {
    close();
    openCommit(project);
  };
  return (
    <div className={css.form}>
      <p>The project's folder is not under git, so it has no branches.</p>
      <Button ref={first} variant="filled" onClick={keep} data-autofocus>
        Keep in git…
      </Button>
    </div>
  );
}

function BranchForm({ project, version, close, current }: BranchingProps & { current: string | undefined }) {
  const first = useFocus<HTMLInputElement>();
  const [checkout, setCheckout] = useState(false);
  return (
    <NameForm
      field={first}
      label="Name of the branch"
      placeholder="try/wider-network"
      deed="Make branch"
      after={
        <Checkbox
          mt="sm"
          label={current ? `Switch to it, from ${current}` : "Switch to it"}
          checked={checkout}
          onChange={(event) => setCheckout(event.currentTarget.checked)}
        />
      }
      onDone={async (name) => {
        await makeBranch(project, version, name, checkout);
        done(checkout ? `Working on the branch ${name}` : `Made the branch ${name}`);
        close();
      }}
    />
  );
}
