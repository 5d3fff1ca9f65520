/** The source of operations: read, and written for a new one. */
import { api, ask, type Schemas } from "@/api/client";

/** The text of a file. Throws ApiError. */
export async function sourceOf(project: string, path: string): Promise<string> {
  const { text } = await ask(
    api.GET("/api/v1/projects/{project}/file", { params: { path: { project }, query: { path } } }),
  );
  return text;
}

/** Write the file of a new operation, of a template or of code that there is already. Throws ApiError. */
export async function writeOperation(
  project: string,
  wish: { name: string; template?: string | null; source?: string | null },
): Promise<Schemas["NewOperation"]> {
  const params = { path: { project } };
  const made = await ask(
    api.POST("/api/v1/projects/{project}/code/operation", {
      params,
      body: { name: wish.name, template: wish.template ?? null, source: wish.source ?? null },
    }),
  );
  await ask(
    api.PUT("/api/v1/projects/{project}/file", {
      params: { ...params, query: { path: made.path } },
      body: { text: made.source },
    }),
  );
  return made;
}
