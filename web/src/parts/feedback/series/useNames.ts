/** Which metrics runs have. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, ask } from "@/api/client";
import { live } from "@/api/live";
import { askAgain, queries } from "@/api/queries";

/** The names of the metrics of runs; asked again when one is logged that is not known. */
export function useNames(runs: readonly string[]) {
  const asked = useQueries({
    queries: runs.map((run) => ({
      queryKey: ["run", run, "series"],
      queryFn: () => ask(api.GET("/api/v1/runs/{run}/series", { params: { path: { run } } })),
      staleTime: 0, // what was logged while nobody showed it was told to nobody
    })),
  });
  const key = runs.join();
  useEffect(() => {
    const ends = key.split(",").map((run) =>
      live.follow(`run:${run}`, ({ kind, data }) => {
        if (kind !== "metrics" && kind !== "gap" && kind !== "subscribed") return;
        const known = queries.getQueryData<{ name: string }[]>(["run", run, "series"]);
        const logged = kind === "metrics" ? Object.keys((data as { values: object }).values) : [""];
        if (logged.some((name) => !known?.some((one) => one.name === name)))
          void askAgain({ queryKey: ["run", run, "series"] });
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }, [key]);
  const stamp = asked.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp tells when one of them has changed
  const data = useMemo(() => asked.map((one) => one.data ?? []), [stamp]);
  return {
    data,
    pending: asked.some(({ isPending }) => isPending),
    /** Why the names of a run are not there. */
    error: asked.find(({ error, data }) => error && !data)?.error ?? null,
    again: () =>
      askAgain({
        predicate: ({ queryKey: [, run, what] }) => what === "series" && runs.includes(String(run)),
      }),
  };
}
