/** `/runs/<run>`, the address that the command line prints: leads to the run in its project. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "react-router";
import { ApiError, api, ask } from "@/api/client";
import { Failed, Loading } from "@/ui/Empty";

export function RunDoor() {
  const { run = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["run", run],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
  });
  if (error && !data) {
    const isUnknown = error instanceof ApiError && error.status === 404;
    return isUnknown ? (
      <Failed
        error={{ message: "It may have been deleted, or the address is cut off." }}
        what="There is no such run"
      />
    ) : (
      <Failed error={error} what="The run cannot be shown" again={refetch} />
    );
  }
  if (!data) return <Loading what="the run" />;
  return <Navigate to={`/projects/${data.project}/runs/${run}`} replace />;
}
