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

/** A split of a converted dataset, with the paths of its files under the Parquet ref. */
export interface ParquetSplit {
  readonly config: string
  readonly split: string
  readonly paths: readonly string[]
}

/** What the Hub's routes need to know about the content of repos. Without it only metadata is served. */
export interface HubFiles {
  /** Fields that repos must have been read with before they are passed here. `blobs` is required too. */
  readonly fields: ReadonlySet<string>
  /** The files of the main branch or of the Parquet ref. */
  list(kind: RepoKind, repo: HubRepo, revision: string): readonly FileEntry[]
  /** Undefined when there is no such file. */
  open(kind: RepoKind, repo: HubRepo, revision: string, path: string): HubFile | undefined
  /** Undefined when the dataset has not been converted. */
  parquet(repo: HubRepo): readonly ParquetSplit[] | undefined
}
