import type { CatalogKind } from '../../hub/kinds.ts'

/** Fields whose values are suggested, in the order in which they are shown. A tag that is also a task or library is shown as such. */
export const SUGGESTED_FIELDS = ['author', 'task', 'library', 'tag'] as const

export type SuggestedField = (typeof SUGGESTED_FIELDS)[number]

/** What a beginning may become. */
export type Suggestion = RepoSuggestion | ValueSuggestion

export interface RepoSuggestion {
  type: 'repo'
  /** `owner/name`. */
  value: string
  kind: CatalogKind
  downloads: number
  likes: number
}

export interface ValueSuggestion {
  type: SuggestedField
  /** As a filter takes it. */
  value: string
  /** The Hub's name of a task. */
  label?: string
  /** How many repos have it. */
  count: number
}

export interface SuggestQuery {
  /** What was typed so far. Case does not matter; blanks, hyphens and underscores are the same. */
  prefix: string
  /** Only repos of this kind. @default all */
  kind?: CatalogKind | undefined
  /** The maximum number of suggestions per type. @default 5 */
  limit?: number
}

/** A query with defaults filled in. */
export type CheckedSuggestQuery = Required<Pick<SuggestQuery, 'prefix' | 'limit'>> & Pick<SuggestQuery, 'kind'>

/** The form in which beginnings and values are compared; migration 0031 has the same expression. */
export function suggestForm(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[ _]/g, '-')
}
