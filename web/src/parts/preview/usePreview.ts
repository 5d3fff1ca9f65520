/** Asks for the preview of some data, and waits while a worker makes it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { failed } from "@/state/toasts";

export interface Data {
  digest: string;
  codec: string;
  type?: string;
  /** The job that made it: its code and its environment may be needed. */
  job?: string;
}

/** Seconds that the server holds its answer back while the preview is made. */
const HELD_BACK = 15;

export function usePreview(data: Data) {
  const client = useQueryClient();
  const key = ["preview", data.digest, data.codec];
  const load = (again: boolean, wait: number, signal?: AbortSignal) =>
    ask(
      api.GET("/api/v1/previews/{digest}", {
        params: {
          path: { digest: data.digest },
          query: { codec: data.codec, type: data.type, job: data.job, again, wait },
        },
        signal,
      }),
    );
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => load(false, HELD_BACK, signal),
    // The server answers as soon as there is something to say, so this does not poll.
    refetchInterval: ({ state }) => (state.data?.state === "wanted" ? 50 : false),
    staleTime: 60_000,
  });
  const again = async (): Promise<void> => {
    try {
      client.setQueryData(key, await load(true, 0));
      await client.invalidateQueries({ queryKey: key });
    } catch (error) {
      failed(error, "The preview was not asked for again");
    }
  };
  return { ...query, again };
}
