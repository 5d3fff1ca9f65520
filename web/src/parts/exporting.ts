/** A project as a zip file, which the browser keeps. */

export const exportOf = (project: string): string => `/api/v1/projects/${project}/export`;

export function exportProject(project: string): void {
  const link = document.createElement("a");
  link.href = exportOf(project);
  link.download = "";
  link.click();
}
