import type { RepoKind } from '../hub/kinds.ts'
import type { HubRepo } from './hub-store.ts'

/** A file in a request. */
export interface NewFile {
  readonly path: string
  readonly content: Buffer
}

export type FileChange =
  | ({ readonly type: 'put' } & NewFile)
  /** A large file, whose content is stored already. */
  | { readonly type: 'link'; readonly path: string; readonly sha256: string }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'delete-folder'; readonly path: string }

export interface NewCommit {
  readonly title: string
  readonly message: string
  /** The commit that the caller knows as the latest of the branch. Undefined: any. */
  readonly parent: string | undefined
  readonly changes: readonly FileChange[]
  /** Whether the commit becomes a pull request instead of changing the branch. */
  readonly isPullRequest: boolean
}

/** What was committed, or why nothing was. */
export type CommitOutcome =
  | { readonly sha: string; readonly pullRequest: number | undefined }
  | { readonly refused: 'revision' | 'parent' }
  /** `missing`: nothing to delete; `content`: a large file was not uploaded; `conflict`: a folder and a file of one name. */
  | { readonly refused: 'missing' | 'content' | 'conflict'; readonly path: string }

type RefKind = 'branch' | 'tag'

/**
 * Changes the files and refs of repos, which were read with the fields of `HubFiles`. The routes have checked that the caller may
 * do so, and that paths stay within the repo.
 */
export interface FileWriter {
  commit(kind: RepoKind, repo: HubRepo, revision: string, commit: NewCommit): Promise<CommitOutcome>
  createRef(kind: RepoKind, repo: HubRepo, ref: RefKind, name: string, at: string): Promise<'created' | 'taken' | 'revision'>
  /** False when there is none. The main branch stays. */
  deleteRef(kind: RepoKind, repo: HubRepo, ref: RefKind, name: string): Promise<boolean>
  hasContent(sha256: string): boolean
  /** Stores the content of a large file. False when it has another hash. */
  storeContent(sha256: string, content: Buffer): boolean
}
