/** All that is wrong with the pipeline, each with what to do and the way to where it is. */
import { Button } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "react-router";
import { queries } from "@/api/queries";
import { hasNoNodes, useFromGraph } from "@/state/graph";
import { Empty } from "@/ui/Empty";
import { useEditor } from "../canvas/editor";
import { codeAddress } from "./codeAddress";
import { useGoTo } from "./goTo";
import { PackagePlan } from "./PackagePlan";
import css from "./panel.module.css";
import type { PlacedProblem, Problems } from "./problems";

export default function ProblemList({ problems }: { problems: Problems }) {
  const { project, document } = useEditor();
  const isEmpty = useFromGraph(document, hasNoNodes);
  if (problems.all.length === 0 && problems.unchecked) {
    const check = () => queries.refetchQueries({ queryKey: ["project", project, "check"], type: "active" });
    return (
      <Empty title="Not checked" action={<Button onClick={() => void check()}>Check again</Button>}>
        The server could not be asked about what is drawn.
      </Empty>
    );
  }
  if (problems.all.length === 0 && isEmpty)
    return (
      <Empty title="No nodes yet">The pipeline needs one before it can run. Double-click the canvas.</Empty>
    );
  if (problems.all.length === 0)
    return (
      <Empty title="No problems">
        {problems.checking ? "Looking at what you just drew…" : "The pipeline can run."}
      </Empty>
    );
  const missing = problems.all.filter((problem) => problem.rule === "missing_package").length;
  return (
    <>
      {missing > 0 && <PackagePlan missing={missing} />}
      <ul className={css.problems} aria-label="Problems">
        {problems.all.map((problem, place) => (
          <li key={place}>
            <ProblemLine problem={problem} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ProblemLine({ problem }: { problem: PlacedProblem }) {
  const { project } = useEditor();
  const goTo = useGoTo();
  const { place, id } = problem;
  const isCode = place.file?.endsWith(".py");
  const content = (
    <>
      {problem.severity === "error" ? (
        <IconAlertCircle size={15} className={css.error} aria-label="Error" />
      ) : (
        <IconAlertTriangle size={15} className={css.warning} aria-label="Warning" />
      )}
      <span>{problem.message}</span>
      <code>
        {[place.node, place.part].filter(Boolean).join(".") ||
          [place.file, place.line].filter(Boolean).join(":")}
      </code>
      <small>{problem.hint}</small>
    </>
  );
  if (id !== null)
    return (
      <button type="button" className={css.problem} onClick={() => goTo(id, place.part)}>
        {content}
      </button>
    );
  if (isCode && place.file)
    return (
      <Link className={css.problem} to={codeAddress(project, place.file, place.line)}>
        {content}
      </Link>
    );
  return <div className={css.problem}>{content}</div>;
}
