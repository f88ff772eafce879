import type { Suggestion, SuggestQuery } from './suggestion.ts'

/** What `hubdex suggest --json` prints and the HTTP API answers. */
export function suggestReport({ prefix, kind, limit }: SuggestQuery, suggestions: readonly Suggestion[], tookMs: number) {
  return { query: { prefix, kind: kind ?? null, limit }, suggestions, tookMs: Math.round(tookMs * 10) / 10 }
}
