/** The branch that a project under git stands on, and how many files changed since; they lead to the history and to a commit. */
import { IconGitBranch } from "@tabler/icons-react";
import { Link } from "react-router";
import { openCommit } from "@/parts/committing/opened";
import { useChanges } from "@/parts/committing/queries";
import { historyOf } from "@/parts/history/address";
import css from "./shell.module.css";

export function ProjectBranch({ project }: { project: string }) {
  const { data } = useChanges(project);
  if (!data) return null;
  if (!data.repository)
    return (
      <button type="button" className={css.branch} onClick={() => openCommit(project)}>
        Keep in git…
      </button>
    );
  const { branch, changed } = data;
  const place = branch ?? data.head?.slice(0, 7);
  return (
    <>
      {place && (
        <Link
          to={historyOf(project)}
          className={css.branch}
          title={branch ? `On the branch ${branch}` : `On no branch, at the commit ${place}`}
        >
          <IconGitBranch size={13} stroke={1.8} aria-label={branch ? "Branch" : "Commit"} />
          {place}
        </Link>
      )}
      {(changed > 0 || data.refusal) && (
        <button
          type="button"
          className={css.branch}
          title={data.refusal?.message ?? "Files that changed since the last commit"}
          onClick={() => openCommit(project)}
        >
          {changed > 0 ? `${changed.toLocaleString()} changed` : "cannot commit"}
        </button>
      )}
    </>
  );
}
