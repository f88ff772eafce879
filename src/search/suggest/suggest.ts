import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import { CATALOG_KINDS, type CatalogKind } from '../../hub/kinds.ts'
import facts from '../facts/hub.json' with { type: 'json' }
import { InvalidSearch } from '../invalid-search.ts'
import { resolveFilters } from '../resolve-filters.ts'
import type { SearchDocument } from '../search-document.ts'
import type { SearchEngine } from '../search-engine.ts'
import { nameOf } from '../text/document-words.ts'
import { joinedName } from '../text/name-forms.ts'
import { DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS } from './limits.ts'
import type { CheckedSuggestQuery, RepoSuggestion, Suggestion, SuggestQuery } from './suggestion.ts'

/** Longer than any name that is typed. */
const MAX_PREFIX_LENGTH = 200
/** Hits among which the names with the wanted beginning are, most popular first. */
const MAX_HITS_OF_OWNER = 1_000

/**
 * What a beginning may become: repos by name, most popular first, then authors, tasks, libraries and tags, those of most repos
 * first. `owner/` and `owner/beg` give the repos of that owner.
 * @throws InvalidSearch for an unknown kind or a limit out of range
 */
export async function suggest(engine: SearchEngine, query: SuggestQuery): Promise<Suggestion[]> {
  const checked = checkedSuggestQuery(query)
  const slash = checked.prefix.indexOf('/')
  if (slash > 0) return await reposOfOwner(engine, checked, checked.prefix.slice(0, slash), checked.prefix.slice(slash + 1))
  const found = await engine.suggest(checked)
  const better = new Set(found.filter(({ type }) => type === 'task' || type === 'library').map(({ value }) => value))
  return found.filter(({ type, value }) => type !== 'tag' || !better.has(value)).map(withLabel)
}

function checkedSuggestQuery({ prefix, kind, limit = DEFAULT_SUGGESTIONS }: SuggestQuery): CheckedSuggestQuery {
  if (kind !== undefined && !CATALOG_KINDS.includes(kind)) {
    throw new InvalidSearch(`Unknown kind "${String(kind).slice(0, 100)}". Use one of: ${CATALOG_KINDS.join(', ')}.`)
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SUGGESTIONS) {
    throw new InvalidSearch(`Expected limit to be a whole number from 1 to ${MAX_SUGGESTIONS}, got ${limit}.`)
  }
  return { prefix: sanitizeText(prefix.trimStart(), MAX_PREFIX_LENGTH), kind, limit }
}

/** A repo as it is suggested. */
export function repoSuggestion({ id, kind, downloads, likes }: SearchDocument): RepoSuggestion {
  return { type: 'repo', value: id, kind, downloads, likes }
}

async function reposOfOwner(
  engine: SearchEngine,
  { kind, limit }: CheckedSuggestQuery,
  owner: string,
  beginning: string,
): Promise<Suggestion[]> {
  const { filters } = await resolveFilters(engine, new Map([['author', [owner]]]))
  const kinds: { kind?: CatalogKind[] } = kind === undefined ? {} : { kind: [kind] }
  const joined = joinedName(beginning)
  const { hits } = await engine.search({
    filters: { ...filters, ...kinds },
    sort: 'relevance',
    limit: joined === '' ? limit : MAX_HITS_OF_OWNER,
  })
  return hits
    .filter(({ id }) => joinedName(nameOf(id)).startsWith(joined))
    .slice(0, limit)
    .map(repoSuggestion)
}

function withLabel(suggestion: Suggestion): Suggestion {
  if (suggestion.type !== 'task') return suggestion
  const label = LABELS.get(suggestion.value)
  return label === undefined ? suggestion : { ...suggestion, label }
}

const LABELS = new Map(facts.tasks.map(({ task, label }) => [task, label]))
