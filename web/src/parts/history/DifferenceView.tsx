/** All that differs between two versions: pipelines drawn, files line by line. */
import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Empty, Failed, Loading } from "@/ui/Empty";
import css from "./history.module.css";
import { PipelineDifference } from "./PipelineDifference";
import { useDifference } from "./queries";
import { ChangeHead, TextDifference } from "./TextDifference";

interface DifferenceViewProps {
  project: string;
  from: string;
  to: string;
  path: string | null;
}

export function DifferenceView({ project, from, to, path }: DifferenceViewProps) {
  const { data, error, refetch } = useDifference(project, from, to, path);
  const [columns, setColumns] = useState<"unified" | "split">("unified");
  if (error)
    return (
      <Failed
        what="These versions cannot be compared"
        error={error}
        action={<Button onClick={() => refetch()}>Try again</Button>}
      />
    );
  if (!data) return <Loading what="the difference" />;
  if (data.files.length === 0) return <Empty title="Nothing differs">The files are the same in both.</Empty>;
  return (
    <div className={css.difference}>
      <div className={css.summary}>
        <span>
          {data.files.length} {data.files.length === 1 ? "file differs" : "files differ"}
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Layout of the lines"
          value={columns}
          onChange={(value) => setColumns(value as "unified" | "split")}
          data={[
            { value: "unified", label: "Unified" },
            { value: "split", label: "Side by side" },
          ]}
        />
      </div>
      {data.files.map((change) => {
        const pipeline = data.pipelines.find((one) => one.path === change.path);
        return (
          <section key={change.path} aria-label={change.path} className={css.file}>
            <h3>
              <ChangeHead change={change} />
            </h3>
            {pipeline && <PipelineDifference change={pipeline} />}
            <TextDifference change={change} split={columns === "split"} />
          </section>
        );
      })}
    </div>
  );
}
