/** `/runs/<run>`, the address that the command line prints: leads to the run in its project. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "react-router";
import { api, ask } from "@/api/client";
import { Failed, Loading } from "@/ui/Empty";

export function RunDoor() {
  const { run = "" } = useParams();
  const { data, error } = useQuery({
    queryKey: ["run", run],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
  });
  if (error) return <Failed error={error} what="There is no such run" />;
  if (!data) return <Loading what="the run" />;
  return <Navigate to={`/projects/${data.project}/runs/${run}`} replace />;
}
