/** The address of a file's code, at a line when there is one. */
export const codeAddress = (project: string, file: string, line?: number | null): string =>
  `/projects/${project}/code?path=${encodeURIComponent(file)}${line ? `&line=${line}` : ""}`;
