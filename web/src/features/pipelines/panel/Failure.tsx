/** What went wrong when the node ran last, with the way to the line of code. */
import type { GraphNode } from "@/graph/model";
import { useEditor } from "../canvas/editor";
import { useFailedJob } from "../run/failure";
import { usePreview } from "../run/preview";
import { Trouble } from "../run/Trouble";

export function Failure({ node }: { node: GraphNode }) {
  const { project, document } = useEditor();
  const job = useFailedJob(node.name, usePreview(document).get(node.id)?.last ?? null);
  if (!job) return null;
  return (
    <>
      <h3>Why it failed</h3>
      <Trouble job={job} project={project} />
    </>
  );
}
