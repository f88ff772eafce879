import { CodedError } from '../util/coded-error.ts'

type SearchUnavailableCode =
  | 'unreachable'
  | 'not-meilisearch'
  | 'too-old'
  | 'key-missing'
  | 'key-refused'
  | 'rights-missing'
  | 'disk-full'
  | 'task-failed'
  | 'foreign-index'
  | 'broken-index'
  | 'inactive-index'
  | 'newer-version'
  | 'lease-lost'
  | 'vectors-unsupported'

/** The search engine is unavailable or misconfigured. The message says what to do; a retry may help. */
export class SearchUnavailable extends CodedError<SearchUnavailableCode> {
  override readonly name = 'SearchUnavailable'
}
