/** What a run now would do with each node, and why. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { askAgain } from "@/api/queries";
import type { NodeId } from "@/graph/model";
import type { LiveDocument } from "@/state/document";
import { soon } from "@/state/soon";
import { pipelineName, useDraft } from "../draft";

export type NodePreview = Schemas["NodePreview"];
export type Previews = ReadonlyMap<NodeId, NodePreview>;

const NOTHING: Previews = new Map();

/** The preview of each node, by id; asked again when the drawing, the code, or what has run changes. */
export function usePreview(document: LiveDocument): Previews {
  const draft = useDraft(document);
  const { project } = document;
  const name = pipelineName(document.path);
  const { data } = useQuery({
    queryKey: ["project", project, "preview", name, draft?.key],
    queryFn: () =>
      ask(
        api.POST("/api/v1/projects/{project}/pipelines/preview", {
          params: { path: { project } },
          body: { name, nodes: (draft?.nodes ?? null) as never },
        }),
      ),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return useMemo(() => {
    if (!data || !draft) return NOTHING;
    return new Map(
      data.flatMap((view) => {
        const id = draft.ids.get(view.node);
        return id ? [[id, view] as const] : [];
      }),
    );
  }, [data, draft]);
}

/** Ask again whenever something has run. For one component of a view. */
export function useFollowedPreview(document: LiveDocument): Previews {
  const { project } = document;
  useLive("runs", (event) => {
    const about = event.data as { project?: string } | null;
    if (event.kind !== "run" || about?.project === project) forget(project);
  });
  return usePreview(document);
}

/** Ask again what runs of a project would do. */
export function forget(project: string): void {
  soon(`preview ${project}`, () => void askAgain({ queryKey: ["project", project, "preview"] }));
}
