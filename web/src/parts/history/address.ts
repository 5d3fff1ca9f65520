/** Where the history of a project is shown, or that of one of its files. */
export const historyOf = (project: string, path?: string): string =>
  `/projects/${project}/history${path ? `?path=${encodeURIComponent(path)}` : ""}`;
