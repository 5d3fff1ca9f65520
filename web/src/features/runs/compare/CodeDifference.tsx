/** The files that differ between two of the runs, line by line. */
import { SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { TextDifference } from "@/parts/history/TextDifference";
import { useKept } from "@/state/session";
import { Empty, Failed, Loading } from "@/ui/Empty";
import css from "./compare.module.css";

interface CodeDifferenceProps {
  comparison: Schemas["RunComparison"];
  path: string | null;
  onPath: (path: string) => void;
  names: Readonly<Record<string, string>>;
  /** What one can do where nothing differs. */
  action: ReactNode;
}

export function CodeDifference({ comparison, path, onPath, names, action }: CodeDifferenceProps) {
  const ids = comparison.runs.map(({ id }) => id);
  const oldest = [...ids].sort();
  const [one, setOne] = useState(oldest[0]!);
  const [other, setOther] = useState(oldest[oldest.length - 1]!);
  const [look, setLook] = useKept<"split" | "unified">("compare.look", "split");
  const pair = [ids.indexOf(one), ids.indexOf(other)] as const;
  const files = comparison.rows.filter(({ kind, values }) => {
    const found = values as unknown[];
    return kind === "file" && found[pair[0]] !== found[pair[1]];
  });
  const shown = files.find(({ name }) => name === path)?.name ?? files[0]?.name;
  const options = ids.map((id) => ({ value: id, label: names[id] ?? id }));
  return (
    <div className={css.code}>
      <div className={css.choices}>
        <Select
          size="xs"
          aria-label="From"
          data={options}
          value={one}
          onChange={(id) => id && setOne(id)}
          allowDeselect={false}
        />
        <span aria-hidden>→</span>
        <Select
          size="xs"
          aria-label="To"
          data={options}
          value={other}
          onChange={(id) => id && setOther(id)}
          allowDeselect={false}
        />
        <SegmentedControl
          size="xs"
          aria-label="How"
          value={look}
          onChange={(next) => setLook(next as "split" | "unified")}
          data={[
            { value: "split", label: "Side by side" },
            { value: "unified", label: "One column" },
          ]}
        />
      </div>
      {shown === undefined ? (
        <Empty title="The same code" action={action}>
          Every file that these runs could use was the same in both.
        </Empty>
      ) : (
        <div className={css.files}>
          <nav aria-label="Files that differ">
            {files.map(({ name }) => (
              <button
                key={name}
                type="button"
                aria-current={name === shown || undefined}
                onClick={() => onPath(name)}
              >
                {name}
              </button>
            ))}
          </nav>
          <FileDifference
            key={`${one}${other}${shown}`}
            runs={`${one},${other}`}
            path={shown}
            split={look === "split"}
          />
        </div>
      )}
    </div>
  );
}

function FileDifference({ runs, path, split }: { runs: string; path: string; split: boolean }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "compare", runs, path],
    queryFn: () => ask(api.GET("/api/v1/runs/compare/file", { params: { query: { runs, path } } })),
    staleTime: Infinity,
  });
  if (error && !data) return <Failed what={`${path} cannot be compared`} error={error} again={refetch} />;
  if (!data) return <Loading what={path} />;
  if (data.reason) return <p className={css.none}>{data.reason}</p>;
  const lines = data.diff.split("\n").slice(2);
  const [before, after] = data.texts as unknown as [string | null, string | null];
  return (
    <TextDifference
      split={split}
      change={{
        path,
        change: before === null ? "added" : after === null ? "removed" : "changed",
        patch: lines.join("\n"),
        binary: false,
        cut: false,
        added: lines.filter((line) => line.startsWith("+")).length,
        removed: lines.filter((line) => line.startsWith("-")).length,
      }}
    />
  );
}
