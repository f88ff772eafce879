/** The search engine cannot do its work now, or as it is set up. The message says what to do; trying again may help. */
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable'
}
