import type { Readable } from 'node:stream'
import type { RepoKind } from '../hub/kinds.ts'
import type { HubRepo } from './hub-store.ts'

/** The ref of the Parquet files that the Hub converts a dataset to. */
export const PARQUET_REVISION = 'refs/convert/parquet'

/** A file of a repo, as in `siblings` with `blobs=true`. */
export interface FileEntry {
  readonly rfilename: string
  readonly size?: number
  readonly blobId?: string
  readonly lfs?: { readonly sha256: string; readonly size: number; readonly pointerSize: number }
}

export interface HubFile {
  readonly size: number
  /** Hash of the content, from git or LFS. */
  readonly hash: string
  readonly contentType: string
  /** Whether git holds only a pointer to it, so that another host may serve it. */
  readonly isLarge: boolean
  /** The bytes from `start` up to but not including `end`. */
  read(start: number, end: number): Buffer | Readable
}

/** A split of a converted dataset. */
export interface ParquetSplit {
  readonly config: string
  readonly split: string
  /** Its files, by their paths under the Parquet ref or by the URLs at another server. */
  readonly paths: readonly string[]
}

/** The rows of a split, column by column. */
export interface SplitTable {
  /** `feature` describes the type as the dataset viewer does. */
  readonly columns: readonly { readonly name: string; readonly feature: unknown; readonly values: readonly unknown[] }[]
  readonly rows: number
  /** Of its Parquet files. */
  readonly bytes: number
  /** Whether further files were not read. */
  readonly isPartial: boolean
}

export interface HubCommit {
  readonly sha: string
  readonly title: string
  readonly message: string
  readonly author: string
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** What the Hub's routes need to know about the files of repos. Without it only metadata is served. */
export interface HubFiles {
  /** Fields that repos must have been read with before they are passed here. `blobs` is required too. */
  readonly fields: ReadonlySet<string>
  /** Which revisions there are, for the error about another one. @default what the Hub says */
  readonly knownRevisions?: string
  /** The repo as of a branch, tag, ref or commit, with the `sha` of that commit. Undefined for an unknown revision. */
  at(kind: RepoKind, repo: HubRepo, revision: string): HubRepo | undefined
  /** The files of a revision. */
  list(kind: RepoKind, repo: HubRepo, revision: string): readonly FileEntry[]
  /** Undefined when the dataset has not been converted. */
  parquet(repo: HubRepo): readonly ParquetSplit[] | undefined
  /** Full refs with their commits, the main branch first. */
  refs(kind: RepoKind, repo: HubRepo): readonly (readonly [ref: string, sha: string])[]
}

/** The content of files and the history of repos. Without it neither is served. */
export interface HubContents extends HubFiles {
  /** Undefined when there is no such file. */
  open(kind: RepoKind, repo: HubRepo, revision: string, path: string): HubFile | undefined
  /** The rows of one of these splits. */
  table(repo: HubRepo, split: ParquetSplit): SplitTable
  /** The commits up to a revision, the newest first. */
  commits(kind: RepoKind, repo: HubRepo, revision: string): readonly HubCommit[]
  /** The last commit that changed each file of a revision. */
  lastCommits(kind: RepoKind, repo: HubRepo, revision: string): ReadonlyMap<string, HubCommit>
}
