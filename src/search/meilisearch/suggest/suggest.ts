import { repoSuggestion } from '../../suggest/suggest.ts'
import {
  type CheckedSuggestQuery,
  SUGGESTED_FIELDS,
  type Suggestion,
  suggestForm,
  type ValueSuggestion,
} from '../../suggest/suggestion.ts'
import { nameOf } from '../../text/document-words.ts'
import { joinedName } from '../../text/name-forms.ts'
import { filterExpressions } from '../encoding/filter.ts'
import { encodedText } from '../encoding/query-text.ts'
import { SHOWN, shownDocumentOf } from '../encoding/stored-document.ts'
import { decodeValue } from '../encoding/value.ts'
import { encodeWord } from '../encoding/word.ts'
import { WHOLE_NAME } from '../index/index-settings.ts'
import { facetAttribute } from '../query/facet-counts.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { multiSearch, type Query } from '../server/multi-search.ts'

/** Among the found names, some begin with a typo. */
const NAMES_PER_SUGGESTION = 10
/** Where the words of values are searched. */
const VALUE_ATTRIBUTES = ['words.author', 'words.tags']

/** Suggests names by their beginning, and values by the counts of facets among repos that have the beginning of a word. */
export async function suggestInMeilisearch(
  connection: MeilisearchConnection,
  { prefix, kind, limit }: CheckedSuggestQuery,
): Promise<Suggestion[]> {
  const joined = joinedName(prefix)
  const base: Query = {
    indexUid: connection.index.uid,
    matchingStrategy: 'all',
    filter: kind === undefined ? [] : filterExpressions(new Map([['kind', [kind]]])),
  }
  const names: Query = {
    ...base,
    q: joined === '' ? '' : encodeWord(joined),
    attributesToSearchOn: [WHOLE_NAME],
    attributesToRetrieve: [...SHOWN],
    sort: ['popularity:desc', 'order:asc'],
    limit: NAMES_PER_SUGGESTION * limit,
  }
  const values: Query = {
    ...base,
    q: encodedText(prefix),
    attributesToSearchOn: VALUE_ATTRIBUTES,
    facets: SUGGESTED_FIELDS.map(facetAttribute),
    limit: 0,
  }
  const answers = await multiSearch(
    connection,
    new Map([
      ['names', names],
      ['values', values],
    ]),
  )
  const repos = (answers.get('names')?.hits ?? [])
    .map(shownDocumentOf)
    .filter(({ id }) => joinedName(nameOf(id)).startsWith(joined) && (joined !== '' || prefix === ''))
  const beginning = suggestForm(prefix)
  const counts = answers.get('values')?.facetDistribution ?? {}
  const found = SUGGESTED_FIELDS.flatMap((field) =>
    Object.entries(counts[facetAttribute(field)] ?? {})
      .map(([value, count]): ValueSuggestion => ({ type: field, value: decodeValue(value), count }))
      .filter(({ value }) => suggestForm(value).startsWith(beginning))
      .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
      .slice(0, limit),
  )
  return [...repos.slice(0, limit).map(repoSuggestion), ...found]
}
