import type { FileEntry, HubFiles, ParquetSplit } from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'

/** Internal field of a repo, never served: `all` or `some` if the files of its current commit are known. */
export const FILES_FIELD = 'hubdexFiles'
/** Internal field of a dataset, never served: its Parquet files, if they are known. */
export const PARQUET_FIELD = 'hubdexParquet'

/** The shortest beginning of a commit by which the Hub finds it. */
const LEAST_SHA = 7
const MAIN = 'refs/heads/main'

/** The files of the catalog's repos, read together with them. Only the current commit is known. */
export const catalogFiles: HubFiles = {
  fields: new Set(['sha', 'siblings', PARQUET_FIELD]),
  knownRevisions: 'This mirror knows only the latest commit of main',
  at: (_kind, repo, revision) => (isCurrent(repo, revision) ? repo : undefined),
  list: (_kind, repo, revision) => {
    const { siblings } = repo
    return isCurrent(repo, revision) && Array.isArray(siblings) ? siblings.filter(isFile) : []
  },
  parquet: (repo) => {
    const splits = repo[PARQUET_FIELD]
    return Array.isArray(splits) && splits.length > 0 ? (splits as ParquetSplit[]) : undefined
  },
  refs: (_kind, { sha }) => (typeof sha === 'string' ? [[MAIN, sha]] : []),
}

function isCurrent({ sha }: HubRepo, revision: string): boolean {
  if (['main', 'HEAD', MAIN].includes(revision)) return true
  return typeof sha === 'string' && revision.length >= LEAST_SHA && sha.startsWith(revision)
}

function isFile(file: unknown): file is FileEntry {
  return typeof file === 'object' && file !== null && 'rfilename' in file && typeof file.rfilename === 'string'
}
