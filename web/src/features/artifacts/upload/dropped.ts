/** What was dropped or chosen: single files, and folders with everything in them. */

export interface Found {
  /** The artifact that it is to become. */
  name: string;
  /** A folder stays one, also where it holds a single file. */
  isFolder: boolean;
  files: { path: string; file: File }[];
}

/** Each file becomes an artifact of its own, each folder one with all its files. */
export async function foundIn(transfer: DataTransfer): Promise<Found[]> {
  // The entries have to be taken before the first await: afterwards the browser has emptied the list.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return chosen(transfer.files);
  return Promise.all(
    entries.map(async (entry) => {
      const files = await filesIn(entry, "");
      const own = entry.isDirectory
        ? files.map(({ path, file }) => ({ path: path.slice(entry.name.length + 1), file }))
        : files;
      const name = entry.isDirectory ? entry.name : artifactName(entry.name);
      return { name, isFolder: entry.isDirectory, files: own };
    }),
  ).then((found) => found.filter(({ files }) => files.length > 0));
}

export const chosen = (files: Iterable<File>): Found[] =>
  [...files].map((file) => ({
    name: artifactName(file.name),
    isFolder: false,
    files: [{ path: file.name, file }],
  }));

/** The files of a folder that was chosen, as one. */
export function chosenFolder(files: FileList): Found[] {
  const all = [...files];
  const name = all[0]?.webkitRelativePath.split("/")[0];
  if (!name) return [];
  const found = all.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
  return [{ name, isFolder: true, files: found }];
}

/** A file's name without the suffix that its codec brings along again. */
export const artifactName = (file: string): string =>
  file.replace(/\.(npy|json|png|pt|pth|keras|pkl|pickle|arrow|feather)$/i, "") || file;

async function filesIn(entry: FileSystemEntry, folder: string): Promise<{ path: string; file: File }[]> {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: { path: string; file: File }[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const each of some) found.push(...(await filesIn(each, `${path}/`)));
  }
}
