/** The search engine is unavailable or misconfigured. The message says what to do; a retry may help. */
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable'
}
