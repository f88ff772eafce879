import type { Readable } from 'node:stream'
import type { RepoKind } from '../hub/kinds.ts'
import type { HubRepo } from './hub-store.ts'

/** The ref where the Hub keeps what it has converted a dataset to. */
export const PARQUET_REVISION = 'refs/convert/parquet'

/** One file of a repo, as `siblings` with `blobs=true` tell it. */
export interface FileEntry {
  readonly rfilename: string
  readonly size?: number
  readonly blobId?: string
  readonly lfs?: { readonly sha256: string; readonly size: number; readonly pointerSize: number }
}

export interface HubFile {
  readonly size: number
  /** The hash of the content that git or LFS knows it by. */
  readonly hash: string
  readonly contentType: string
  /** Whether git holds only a pointer to it, so that it may come from another host. */
  readonly isLarge: boolean
  /** The bytes from `start` to `end`, the latter left out. */
  read(start: number, end: number): Buffer | Readable
}

/** A split of a converted dataset, and the paths of its files below the parquet ref. */
export interface ParquetSplit {
  readonly config: string
  readonly split: string
  readonly paths: readonly string[]
}

/** What the Hub's routes need to know about the content of repos. A store without it serves metadata alone. */
export interface HubFiles {
  /** The fields that a repo handed in must have been read with, `blobs` included. */
  readonly fields: ReadonlySet<string>
  /** The files of the main branch, or of the parquet ref. */
  list(kind: RepoKind, repo: HubRepo, revision: string): readonly FileEntry[]
  /** Undefined when there is no such file. */
  open(kind: RepoKind, repo: HubRepo, revision: string, path: string): HubFile | undefined
  /** Undefined when the dataset has not been converted. */
  parquet(repo: HubRepo): readonly ParquetSplit[] | undefined
}
