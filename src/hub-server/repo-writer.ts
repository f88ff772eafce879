import type { RepoKind } from '../hub/kinds.ts'

export interface NewRepo {
  readonly id: string
  readonly private: boolean
  /** Spaces only. */
  readonly sdk: string | undefined
  readonly license: string | undefined
  /** Text of the README in the request. */
  readonly readme: string | undefined
}

export interface WritableSettings {
  readonly private?: boolean | undefined
  readonly gated?: false | 'auto' | 'manual' | undefined
}

/** Changes repos for signed-in callers. Failures are return values; the routes turn them into responses. */
export interface RepoWriter {
  /** The `_id` of the new repo, or undefined when the name is taken. */
  create(kind: RepoKind, repo: NewRepo): Promise<string | undefined>
  /** False when there is no such repo. */
  delete(kind: RepoKind, id: string): Promise<boolean>
  move(kind: RepoKind, from: string, to: string): Promise<'moved' | 'missing' | 'taken'>
  /** False when there is no such repo. */
  settings(kind: RepoKind, id: string, settings: WritableSettings): Promise<boolean>
}
