/** The branch that a project under git stands on, behind its name; it leads to the history. */
import { IconGitBranch } from "@tabler/icons-react";
import { Link } from "react-router";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import { historyOf } from "@/parts/history/address";
import { useBranches } from "@/parts/history/queries";
import css from "./shell.module.css";

export function ProjectBranch({ project }: { project: string }) {
  const { data } = useBranches(project, true);
  useLive(`project:${project}`, (event) => {
    if (["history", "files", "gap"].includes(event.kind))
      void queries.invalidateQueries({ queryKey: ["history", project, "branches"] });
  });
  const current = data?.branches.find((branch) => branch.current)?.name;
  if (current === undefined) return null;
  return (
    <Link to={historyOf(project)} className={css.branch} title={`On the branch ${current}`}>
      <IconGitBranch size={13} stroke={1.8} aria-label="Branch" />
      {current}
    </Link>
  );
}
