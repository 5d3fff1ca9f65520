/** The dialog that commits, loaded when it is first opened. */
import { Suspense } from "react";
import { lazily, useOnceWanted } from "@/state/lazily";
import { useOpened } from "./opened";

const CommitModal = lazily(() => import("./CommitModal"));

export function Committing({ project }: { project: string }) {
  const opened = useOpened((now) => now.project === project);
  const wanted = useOnceWanted(opened);
  return <Suspense>{wanted && <CommitModal project={project} opened={opened} />}</Suspense>;
}
