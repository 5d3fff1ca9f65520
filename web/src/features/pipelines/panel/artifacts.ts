/** Artifacts as an Input finds them: by some letters of their names, and one of them with its versions. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";

/** How many are offered at once. */
const MOST = 30;
/** Milliseconds of rest before what was typed is looked for. */
const REST = 120;

/** Those whose names have these letters, the newest first. */
export function useFoundArtifacts(project: string, letters: string) {
  const [wanted] = useDebouncedValue(letters.trim(), REST);
  return useQuery({
    queryKey: ["artifacts", project, "found", wanted],
    queryFn: ({ signal }) => {
      const query = { project, q: wanted || undefined, sort: "-created", limit: MOST };
      return ask(api.GET("/api/v1/artifacts", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The versions of the artifact of this name, newest first; none when there is no such artifact. */
export function useVersionsOf(project: string, name: string) {
  useLive("artifacts", () => void queries.invalidateQueries({ queryKey: ["artifacts", project] }));
  return useQuery({
    queryKey: ["artifacts", project, "versions", name],
    queryFn: async () => {
      const query = { project, name, limit: 1 };
      const [found] = await ask(api.GET("/api/v1/artifacts", { params: { query } }));
      if (!found) return [];
      return ask(api.GET("/api/v1/artifacts/{artifact}", { params: { path: { artifact: found.id } } }));
    },
    enabled: name !== "",
  });
}
