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
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable'
  readonly code: SearchUnavailableCode

  constructor(code: SearchUnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
