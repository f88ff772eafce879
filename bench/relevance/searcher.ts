import type { RepoKind } from '../../src/hub/kinds.ts'

/** A search of one kind of repos, filled with all documents. */
export interface Searcher {
  /** The Hub ids of the best hits, best first. */
  find(words: string, kind: RepoKind, limit: number): Promise<string[]>
}
