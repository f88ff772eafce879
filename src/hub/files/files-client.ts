import type { HubContext } from '../context.ts'
import { hubUrl } from '../endpoint.ts'
import type { RepoKind } from '../kinds.ts'
import { filePath } from '../repos/path.ts'
import { commitFiles, createRef, deleteRef, type FileCommit, type MadeCommit, type NewRef } from './commit-files.ts'
import { type DownloadChunk, type DownloadOptions, downloadFile } from './download.ts'
import { type CommitPage, listCommits, listRefs, type RepoRefs } from './history.ts'
import { listTree, pathsInfo, type TreeEntry, type TreeOptions } from './tree.ts'

interface Signal {
  signal?: AbortSignal | undefined
}

/** Files, commits and refs of repos. The functions behind these methods describe them. */
export interface FilesClient {
  tree(kind: RepoKind, id: string, options?: TreeOptions): AsyncIterable<TreeEntry[]>
  pathsInfo(
    kind: RepoKind,
    id: string,
    paths: readonly string[],
    options?: Pick<TreeOptions, 'revision' | 'expand' | 'signal'>,
  ): Promise<TreeEntry[]>
  commits(kind: RepoKind, id: string, options?: Parameters<typeof listCommits>[3]): AsyncIterable<CommitPage>
  refs(kind: RepoKind, id: string, options?: Parameters<typeof listRefs>[3]): Promise<RepoRefs>
  /** The address of a file. It may redirect to another host. */
  url(kind: RepoKind, id: string, path: string, revision?: string): string
  download(url: string, options?: DownloadOptions): AsyncIterable<DownloadChunk>
  commit(kind: RepoKind, id: string, commit: FileCommit): Promise<MadeCommit>
  createRef(kind: RepoKind, id: string, ref: 'branch' | 'tag', named: NewRef, options?: Signal): Promise<void>
  deleteRef(kind: RepoKind, id: string, ref: 'branch' | 'tag', name: string, options?: Signal): Promise<void>
}

export function filesClient(context: HubContext): FilesClient {
  return {
    tree: (kind, id, options) => listTree(context, kind, id, options),
    pathsInfo: (kind, id, paths, options) => pathsInfo(context, kind, id, paths, options),
    commits: (kind, id, options) => listCommits(context, kind, id, options),
    refs: (kind, id, options) => listRefs(context, kind, id, options),
    url: (kind, id, path, revision = 'main') => hubUrl(context.endpoint, filePath(kind, id, revision, path)),
    download: (url, options) => downloadFile(context, url, options),
    commit: (kind, id, commit) => commitFiles(context, kind, id, commit),
    createRef: (kind, id, ref, named, options) => createRef(context, kind, id, ref, named, options),
    deleteRef: (kind, id, ref, name, options) => deleteRef(context, kind, id, ref, name, options),
  }
}
