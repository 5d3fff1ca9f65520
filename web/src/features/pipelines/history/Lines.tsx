/** How the file's text differs from a version, as it stands now. */
import { Button } from "@mantine/core";
import { NOW, useDifference } from "@/parts/history/queries";
import { ChangeHead, TextDifference } from "@/parts/history/TextDifference";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { useEditor } from "../canvas/editor";
import { useShownHistory } from "./address";
import css from "./history.module.css";

export function Lines({ version }: { version: string }) {
  const { project, document } = useEditor();
  const { choose } = useShownHistory();
  const { data, error, refetch } = useDifference(project, version, NOW, document.path);
  if (error)
    return (
      <Failed
        what="This version cannot be compared"
        error={error}
        action={<Button onClick={() => refetch()}>Try again</Button>}
      />
    );
  if (!data) return <Loading what="the difference" />;
  const [change] = data.files;
  if (!change)
    return (
      <Empty title="Nothing differs" action={<Button onClick={() => choose(null)}>All versions</Button>}>
        The file is the same now.
      </Empty>
    );
  return (
    <div className={css.text}>
      <h4>
        <ChangeHead change={change} />
      </h4>
      <TextDifference change={change} split={false} />
    </div>
  );
}
