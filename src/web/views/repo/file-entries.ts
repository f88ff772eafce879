export interface FileEntry {
  name: string
  /** Bytes. A folder has the sum of its files. Null if any is unknown. */
  size: number | null
  /** Number of files of a folder; undefined for a file. */
  files?: number
}

/** What a folder contains, folders first. `folder` is empty or ends with a slash. */
export function entriesOf(files: readonly { path: string; size: number | null }[], folder: string): FileEntry[] {
  const folders = new Map<string, FileEntry & { files: number }>()
  const own: FileEntry[] = []
  for (const { path, size } of files) {
    if (!path.startsWith(folder)) continue
    const rest = path.slice(folder.length)
    const slash = rest.indexOf('/')
    if (slash < 0) own.push({ name: rest, size })
    else {
      const name = rest.slice(0, slash)
      const known = folders.get(name) ?? { name, size: 0, files: 0 }
      folders.set(name, { name, files: known.files + 1, size: known.size === null || size === null ? null : known.size + size })
    }
  }
  return [...[...folders.values()].toSorted(byName), ...own.toSorted(byName)]
}

function byName(left: FileEntry, right: FileEntry): number {
  return left.name < right.name ? -1 : 1
}
