import { createHash } from 'node:crypto'
import type { RepoKind } from '../../../hub/kinds.ts'
import type { FileEntry, HubCommit, HubContents } from '../../hub-files.ts'
import type { HubRepo } from '../../hub-store.ts'

/** A file or folder of a tree, in the Hub's format. */
export interface TreeEntry {
  readonly type: 'file' | 'directory'
  readonly path: string
  readonly oid: string | undefined
  readonly [field: string]: unknown
}

/** The entries of a folder, or with `isRecursive` all below it, sorted by path, since cursors hold a path. */
export function entriesBelow(files: readonly FileEntry[], folder: string, isRecursive: boolean): TreeEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const entries = new Map<string, TreeEntry>()
  for (const file of files) {
    const { rfilename } = file
    if (!rfilename.startsWith(prefix)) continue
    const parts = rfilename.slice(prefix.length).split('/')
    for (let depth = 1; depth < parts.length && (isRecursive || depth === 1); depth++) {
      const path = prefix + parts.slice(0, depth).join('/')
      if (!entries.has(path)) entries.set(path, folderEntry(path))
    }
    if (isRecursive || parts.length === 1) entries.set(rfilename, fileEntry(file))
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

export function fileEntry({ rfilename: path, blobId: oid, size, lfs }: FileEntry): TreeEntry {
  const entry = { type: 'file', oid, size, path } as const
  return lfs === undefined ? entry : { ...entry, lfs: { oid: lfs.sha256, size: lfs.size, pointerSize: lfs.pointerSize } }
}

export function folderEntry(path: string): TreeEntry {
  return { type: 'directory', oid: createHash('sha1').update(`tree ${path}`).digest('hex'), size: 0, path }
}

/** Adds what `expand` asks for: the last commit of each entry, and the result of the scan of each file, where they are known. */
export function expandedEntries(
  entries: readonly TreeEntry[],
  { kind, repo, contents, revision }: { kind: RepoKind; repo: HubRepo; contents: HubContents | undefined; revision: string },
): TreeEntry[] {
  if (contents === undefined) return [...entries]
  const last = contents.lastCommits(kind, repo, revision)
  const folders = new Map<string, HubCommit>()
  for (const [path, commit] of last) {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/')
      if ((folders.get(folder)?.atMs ?? 0) <= commit.atMs) folders.set(folder, commit)
    }
  }
  const issues = issuesOf(repo)
  return entries.map((entry) => {
    const commit = entry.type === 'file' ? last.get(entry.path) : folders.get(entry.path)
    const lastCommit = commit && { id: commit.sha, title: commit.title, date: new Date(commit.atMs).toISOString() }
    return { ...entry, lastCommit, ...(entry.type === 'file' ? { securityFileStatus: scanOf(issues.get(entry.path)) } : {}) }
  })
}

/** Levels of files with issues, as in `securityRepoStatus`. */
function issuesOf(repo: HubRepo): ReadonlyMap<string, string> {
  const status = repo['securityRepoStatus']
  const listed: unknown = typeof status === 'object' && status !== null ? Reflect.get(status, 'filesWithIssues') : []
  const entries = Array.isArray(listed) ? listed : []
  return new Map(entries.map((issue) => [String(issue?.path), String(issue?.level)]))
}

function scanOf(level: string | undefined): object {
  const status = level ?? 'safe'
  return { status, avScan: { virusFound: status === 'unsafe', virusNames: null }, pickleImportScan: null }
}
