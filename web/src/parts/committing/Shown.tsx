/** How one of the changed files differs: its pipeline drawn, its lines. */
import { PipelineDifference } from "@/parts/history/PipelineDifference";
import { ChangeHead, TextDifference } from "@/parts/history/TextDifference";
import { Failed, Loading } from "@/ui/Empty";
import css from "./committing.module.css";
import { type ChangedFile, useChangedFile } from "./queries";

export function Shown({ project, file }: { project: string; file: ChangedFile | undefined }) {
  const wanted = file && file.reason === null ? file.path : null;
  const { data, error } = useChangedFile(project, wanted);
  if (!file) return <p className={css.hint}>Choose a file to see what changed in it.</p>;
  if (file.reason !== null)
    return (
      <p className={css.hint}>
        <code>{file.path}</code> {file.reason}
      </p>
    );
  if (error) return <Failed what="It cannot be compared" error={error} />;
  const change = data?.files[0];
  if (!data || !change) return <Loading what="the difference" />;
  return (
    <>
      <h3>
        <ChangeHead change={change} />
      </h3>
      {data.pipelines[0] && <PipelineDifference change={data.pipelines[0]} />}
      <TextDifference change={change} split={false} />
    </>
  );
}
