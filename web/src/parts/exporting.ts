/** What the browser keeps as a file: a project as a zip, or what lies at an address. */

const exportOf = (project: string): string => `/api/v1/projects/${project}/export`;

export const exportProject = (project: string): void => download(exportOf(project));

export function download(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}
