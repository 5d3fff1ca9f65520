/** Where the newest run of the project failed in a file, if it did. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, ask } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import type { Remark } from "@/parts/code/marks";

export function useLastFailure(project: string, path: string): readonly Remark[] {
  const key = ["runs", project, "newest"];
  useLive("runs", () => void queries.invalidateQueries({ queryKey: key }));
  const { data } = useQuery({
    queryKey: key,
    queryFn: async () => {
      const [newest] = await ask(api.GET("/api/v1/runs", { params: { query: { project, limit: 1 } } }));
      if (newest?.state !== "failed") return null;
      return ask(api.GET("/api/v1/runs/{run}", { params: { path: { run: newest.id } } }));
    },
  });
  return useMemo(() => {
    const found: Remark[] = [];
    for (const job of data?.jobs ?? []) {
      const frames = job.error?.frames ?? [];
      const frame = [...frames].reverse().find((one) => one.project_file === path);
      if (!job.error || !frame || !data) continue;
      const message = `${job.error.kind}: ${job.error.message}`;
      found.push({ line: frame.line, message, href: `/projects/${project}/runs/${data.id}` });
    }
    return found;
  }, [data, path, project]);
}
