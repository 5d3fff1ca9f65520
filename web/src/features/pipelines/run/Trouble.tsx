/** The last line of what went wrong in a job, and where in the project's code. */
import { Link } from "react-router";
import type { Job } from "@/state/run";
import { codeAddress } from "../panel/codeAddress";
import { placeOf } from "./failure";
import { lastLine } from "./nodeStates";
import css from "./run.module.css";

export function Trouble({ job, project }: { job: Job; project: string }) {
  const { error } = job;
  if (!error) return null;
  const place = placeOf(error);
  return (
    <span className={css.trouble}>
      {error.kind}: {lastLine(error.message)}{" "}
      {place && (
        <Link to={codeAddress(project, place.file, place.line)}>
          {place.file} line {place.line}
        </Link>
      )}
      {error.hint && <small>{error.hint}</small>}
    </span>
  );
}
