import { renderTable } from '../../output/table.ts'
import type { Suggestion } from '../../search/suggest/suggestion.ts'

/** `hubdex suggest` for people. */
export function suggestTable(
  suggestions: readonly Suggestion[],
  { tookMs, width }: { tookMs: number; width: number | undefined },
): string {
  const took = `${tookMs.toFixed(1)} ms`
  if (suggestions.length === 0) return `Nothing begins so (${took}). \`hubdex search\` also finds words within names.`
  return renderTable(suggestions.map(rowOf), { width, dropFirst: ['likes', 'downloads'] })
}

function rowOf(suggestion: Suggestion) {
  const { type, value } = suggestion
  return suggestion.type === 'repo'
    ? {
        type: suggestion.kind,
        suggestion: value,
        repos: null,
        downloads: suggestion.kind === 'space' ? null : suggestion.downloads,
        likes: suggestion.likes,
      }
    : { type, suggestion: value, repos: suggestion.count, downloads: null, likes: null }
}
