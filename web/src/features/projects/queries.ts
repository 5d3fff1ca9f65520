/** What the server knows of projects and templates, and what can be done with them. */
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { useLive } from "@/api/live";
import { queries } from "@/api/queries";
import { done, failed } from "@/state/toasts";

export type Project = Schemas["ProjectView"];
export type Template = NonNullable<ReturnType<typeof useTemplates>["data"]>[number];

/** Ask for the list again. */
export const renew = () => queries.invalidateQueries({ queryKey: ["projects"] });

/** All projects. Follows their coming and going, and their runs. */
export function useProjects() {
  useLive("projects", () => void renew());
  useLive("runs", (event) => {
    if (event.kind === "run" || event.kind === "gap") void renew();
  });
  return useQuery({ queryKey: ["projects"], queryFn: () => ask(api.GET("/api/v1/projects")) });
}

export function useTemplates(wanted: boolean) {
  return useQuery({
    queryKey: ["templates"],
    queryFn: () => ask(api.GET("/api/v1/templates")),
    enabled: wanted,
    staleTime: Infinity,
  });
}

/** The pipelines of a project, for the picture on its card. */
export function usePicture(project: string) {
  return useQuery({
    queryKey: ["project", project],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}", { params: { path: { project } } })),
  });
}

export const create = (name: string, template: string | null) =>
  ask(api.POST("/api/v1/projects", { body: { name, template } }));

export const rename = (project: string, name: string) =>
  ask(
    api.POST("/api/v1/projects/{project}/rename", { params: { path: { project } }, body: { name } }),
  ).finally(renew);

/** Bring an archive in; without a name it is called as it says itself. */
export const bringIn = (archive: Blob, name?: string) =>
  ask(
    api.POST("/api/v1/projects/import", {
      params: { query: name ? { name } : {} },
      headers: { "Content-Type": "application/octet-stream" },
      body: archive as unknown as string,
      bodySerializer: (body) => body,
    }),
  ).finally(renew);

export async function duplicate(project: Project): Promise<void> {
  try {
    const params = { path: { project: project.id } };
    const made = await ask(api.POST("/api/v1/projects/{project}/duplicate", { params, body: { name: "" } }));
    done(`Made ${made.name}, a copy of ${project.name}`, () => remove(made));
  } catch (error) {
    failed(error, `${project.name} was not copied`);
  } finally {
    void renew();
  }
}

/** Delete a project, and offer to take it back. */
export async function remove(project: Project): Promise<void> {
  try {
    await ask(api.DELETE("/api/v1/projects/{project}", { params: { path: { project: project.id } } }));
    done(project.linked ? `Closed ${project.name}; its folder stays` : `Deleted ${project.name}`, () =>
      restore(project),
    );
  } catch (error) {
    failed(error, `${project.name} was not deleted`);
  } finally {
    void renew();
  }
}

export async function restore(project: Project): Promise<void> {
  try {
    const params = { path: { project: project.id } };
    const back = await ask(api.POST("/api/v1/projects/{project}/restore", { params }));
    done(`${back.name} is back`);
  } catch (error) {
    failed(error, `${project.name} did not come back`);
  } finally {
    void renew();
    void queries.invalidateQueries({ queryKey: ["project", project.id] });
  }
}
