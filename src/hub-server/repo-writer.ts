import type { RepoKind } from '../hub/kinds.ts'
import type { NewFile } from './file-writer.ts'

export interface NewRepo {
  readonly id: string
  readonly private: boolean
  /** Spaces only. */
  readonly sdk: string | undefined
  readonly license: string | undefined
  readonly files: readonly NewFile[]
  /** The name of the user that creates it. */
  readonly creator: string
}

export interface Duplicate {
  readonly id: string
  /** Undefined: as the original. */
  readonly private: boolean | undefined
  readonly creator: string
}

export interface WritableSettings {
  readonly private?: boolean | undefined
  readonly gated?: false | 'auto' | 'manual' | undefined
}

/**
 * Changes repos, which are named by their current ids. The routes have checked that they exist and that the caller may change
 * them.
 */
export interface RepoWriter {
  /** The `_id` of the new repo, or undefined when the name is taken. */
  create(kind: RepoKind, repo: NewRepo): Promise<string | undefined>
  delete(kind: RepoKind, id: string): Promise<void>
  /** False when the new name is taken. */
  move(kind: RepoKind, from: string, to: string): Promise<boolean>
  settings(kind: RepoKind, id: string, settings: WritableSettings): Promise<void>
  /** False when the name is taken. */
  duplicate(kind: RepoKind, id: string, copy: Duplicate): Promise<boolean>
  /** Likes or unlikes a repo. Repeating it changes nothing. */
  like(kind: RepoKind, id: string, user: string, isLiked: boolean): Promise<void>
}
