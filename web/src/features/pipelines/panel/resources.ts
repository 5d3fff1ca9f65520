/** The resources of a project that references may name, and how they are offered. */
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

export type Resource = Schemas["ProjectResource"];

export function useResources(project: string) {
  return useQuery({
    queryKey: ["project", project, "resources"],
    queryFn: () => ask(api.GET("/api/v1/projects/{project}/resources", { params: { path: { project } } })),
  });
}

/** Stands for a reference that is explicitly nothing. */
export const NOTHING = "None";

export interface Choices {
  group: string;
  items: { value: string; label: string }[];
}

/** Those that fit, by module; what is chosen and not there is among them, and so is nothing where it may be. */
export function choicesOf(
  resources: readonly Resource[],
  kind: "callable" | "class",
  chosen: string,
  optional: boolean,
): Choices[] {
  const groups = new Map<string, Choices>();
  const put = (group: string, value: string, label: string) => {
    const found = groups.get(group) ?? { group, items: [] };
    found.items.push({ value, label });
    groups.set(group, found);
  };
  if (optional) put("", NOTHING, NOTHING);
  const known = resources.some(({ name }) => name === chosen);
  if (chosen !== "" && chosen !== NOTHING && !known) put("not in the project", chosen, lastOf(chosen));
  for (const { name, kind: is } of resources)
    if (kind === "callable" || is === "class" || name === chosen) put(moduleOf(name), name, lastOf(name));
  return [...groups.values()];
}

export const moduleOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** `utils.losses.focal` → `focal`; what has a slash stays as it is. */
export const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
