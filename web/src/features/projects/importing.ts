/** Bringing projects in: an archive as it is, a folder as an archive made on the fly. */
import { type TarFile, tarOf } from "./tar";

/** Folders by name whose files stay at home. */
const LEFT_OUT = /(^|\/)(\.git|\.venv|venv|__pycache__|node_modules|deepforge-output|\.DS_Store)(\/|$)/;
const ARCHIVE = /\.(zip|tar|tar\.(gz|bz2|xz)|tgz)$/i;

const isArchive = (name: string): boolean => ARCHIVE.test(name);

/** What a file dialog for a folder gave, as one archive. */
export function folderArchive(files: Iterable<File>): Blob {
  const found: TarFile[] = [...files].map((file) => ({ path: file.webkitRelativePath, data: file }));
  return archiveOf(found);
}

/** What was dropped: one archive, or a folder. Null: neither. */
export async function droppedArchive(transfer: DataTransfer): Promise<Blob | null> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const [file] = [...transfer.files];
  if (entries.length === 1 && entries[0]?.isFile && file && isArchive(file.name)) return file;
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  if (folders.length !== 1) return null;
  return archiveOf(await filesIn(folders[0] as FileSystemDirectoryEntry));
}

function archiveOf(files: readonly TarFile[]): Blob {
  return tarOf(files.filter(({ path }) => !LEFT_OUT.test(path)));
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<TarFile[]> {
  const found: TarFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = entry.fullPath.slice(1);
    if (LEFT_OUT.test(path)) continue;
    if (entry.isDirectory) found.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
    else
      found.push({
        path,
        data: await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        ),
      });
  }
  return found;
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    found.push(...some);
  }
}
