/** Forgetting results: asked once, since what they cost to make is gone with them. */
import { create } from "zustand";
import { api, ask } from "@/api/client";
import type { LiveDocument } from "@/state/document";
import { done, failed } from "@/state/toasts";
import { count } from "@/ui/time";
import { forget } from "./preview";

export interface Clearing {
  document: LiveDocument;
  pipeline: string;
  nodes: string[];
  downstream: boolean;
}

/** What is about to be cleared, while the person is asked. */
export const useClearing = create<{ asked: Clearing | null }>(() => ({ asked: null }));

export const askToClear = (asked: Clearing): void => useClearing.setState({ asked });
export const leaveCache = (): void => useClearing.setState({ asked: null });

export async function clearCache({ document, pipeline, nodes, downstream }: Clearing): Promise<void> {
  const { project } = document;
  leaveCache();
  try {
    await document.save();
    const cleared = await ask(
      api.POST("/api/v1/projects/{project}/cache/clear", {
        params: { path: { project } },
        body: { pipeline, nodes, downstream },
      }),
    );
    forget(project);
    done(
      cleared.results === 0
        ? "There was no result to forget."
        : `${count(cleared.results, "result")} forgotten: ${count(cleared.nodes.length, "node")} will run again.`,
    );
  } catch (error) {
    failed(error, "The cache was not cleared");
  }
}
