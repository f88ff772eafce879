import { type Kysely, sql } from 'kysely'
import { repoSuggestion } from '../../suggest/suggest.ts'
import {
  type CheckedSuggestQuery,
  type RepoSuggestion,
  SUGGESTED_FIELDS,
  type SuggestedField,
  type Suggestion,
  suggestForm,
  type ValueSuggestion,
} from '../../suggest/suggestion.ts'
import { joinedName } from '../../text/name-forms.ts'
import type { SnapshotPostings } from '../bitmap/posting-cache.ts'
import { documentsOfRows, type HitRow } from '../query/hits.ts'
import { clauseSets } from '../query/match-sets.ts'

/** Up to so many, all values or names with the beginning are read and sorted. */
const MAX_SORTED = 400
/** Where more have the beginning, those among this many of the most frequent values or popular repos come first. */
const MAX_SCANNED = 5_000
/** How many more values are read if they are counted among repos of one kind. */
const CANDIDATES_PER_VALUE = 3

/** Suggests by ranges of indexes: no word is split and no document scored. */
export async function suggestInPostgres<Tables>(
  db: Kysely<Tables>,
  postings: SnapshotPostings,
  query: CheckedSuggestQuery,
): Promise<Suggestion[]> {
  // All statements read the beginning of an index, which depends on the values. A bitmap would read the whole range, and sort it.
  await sql`
    select set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'auto', true)`.execute(db)
  const repos = await suggestedRepos(db, query)
  const values = await suggestedValues(db, query)
  return [...repos, ...(query.kind === undefined ? values : await countedInKind(db, postings, values, query))]
}

async function suggestedRepos<Tables>(
  db: Kysely<Tables>,
  { prefix, kind, limit }: CheckedSuggestQuery,
): Promise<RepoSuggestion[]> {
  const joined = joinedName(prefix)
  if (joined === '' && prefix !== '') return []
  const begins = sql`name >= ${joined} and name < ${joined} || chr(1114111)`
  const isOfKind = sql`(${kind ?? null}::text is null
    or facet_terms @> array(select id from search.term where field = 'kind' and value = ${kind ?? ''}))`
  const columns = sql`ordinal, document, downloads, likes, trending, popularity, hub_id`
  const { rows: few } = await sql<HitRow & { found: number }>`
    with found as materialized (
      select ordinal, popularity, hub_id from search.document where ${begins} and ${isOfKind} limit ${MAX_SORTED + 1}
    )
    select document, downloads, likes, trending, (select count(*)::int from found) as found
    from (select ordinal from found order by popularity desc, hub_id limit ${limit}) as best
    join search.document using (ordinal) order by popularity desc, hub_id`.execute(db)
  if ((few[0]?.found ?? 0) <= MAX_SORTED) return documentsOfRows(few).map(repoSuggestion)
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending from (
      select ${columns}, name, facet_terms from search.document order by popularity desc nulls last, hub_id limit ${MAX_SCANNED}
    ) as popular where ${begins} and ${isOfKind} order by popularity desc nulls last, hub_id limit ${limit}`.execute(db)
  const documents = [...documentsOfRows(rows), ...documentsOfRows(few)]
  const distinct = new Map(documents.map((document) => [document.hubId, document]))
  return [...distinct.values()].slice(0, limit).map(repoSuggestion)
}

interface ValueRow {
  field: SuggestedField
  value: string
  documents: number
  /** How many values of the field begin so, at most one more than MAX_SORTED. */
  found: number
}

async function suggestedValues<Tables>(
  db: Kysely<Tables>,
  { prefix, kind, limit }: CheckedSuggestQuery,
): Promise<ValueSuggestion[]> {
  const beginning = suggestForm(prefix)
  const form = sql`(translate(lower(value), ' _', '--') collate "C")`
  const begins = sql`${form} >= ${beginning} and ${form} < ${beginning} || chr(1114111)`
  const wanted = kind === undefined ? limit : CANDIDATES_PER_VALUE * limit
  const { rows } = await sql<ValueRow>`
    select field, value, documents, found from (
      select term.*, row_number() over (partition by field order by documents desc, value) as place,
        count(*) over (partition by field)::int as found
      from unnest(${[...SUGGESTED_FIELDS]}::text[]) as asked (name) cross join lateral (
        select field, value, documents from search.term
        where field = asked.name and field in ('author', 'task', 'library', 'tag') and ${begins} and documents > 0
        limit ${MAX_SORTED + 1}
      ) as term
    ) as ranked where place <= ${wanted}`.execute(db)
  const broad = [...new Set(rows.filter(({ found }) => found > MAX_SORTED).map(({ field }) => field))]
  const { rows: frequent } =
    broad.length === 0
      ? { rows: [] }
      : await sql<ValueRow>`
          select term.* from unnest(${broad}::text[]) as asked (name) cross join lateral (
            select field, value, documents, 0 as found from (
              select field, value, documents from search.term where field = asked.name and documents > 0
              order by documents desc, value limit ${MAX_SCANNED}
            ) as frequent where ${begins} order by documents desc, value limit ${wanted}
          ) as term`.execute(db)
  return SUGGESTED_FIELDS.flatMap((field) => {
    const all = rows.filter((row) => row.field === field)
    const popular = frequent.filter((row) => row.field === field)
    const distinct = new Map([...popular, ...all].map(({ value, documents }) => [value, documents]))
    return Array.from(distinct, ([value, count]): ValueSuggestion => ({ type: field, value, count })).slice(0, wanted)
  })
}

/** Counts values among the repos of a kind. */
async function countedInKind<Tables>(
  db: Kysely<Tables>,
  postings: SnapshotPostings,
  values: readonly ValueSuggestion[],
  { kind = 'model', limit }: CheckedSuggestQuery,
): Promise<ValueSuggestion[]> {
  const terms = [
    { field: 'kind', value: kind as string },
    ...values.map(({ type, value }) => ({ field: type as string, value })),
  ]
  const wanted = terms.map((term, clause) => ({ ...term, clause, cost: 0, isPrefix: false }))
  const { sets } = await clauseSets(db, postings, wanted)
  const ofKind = sets.get(0)?.get(0)
  const counted = values
    .map((value, index) => ({
      ...value,
      count:
        ofKind === undefined
          ? 0
          : (sets
              .get(index + 1)
              ?.get(0)
              ?.countWith(ofKind) ?? 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
  return SUGGESTED_FIELDS.flatMap((field) => counted.filter(({ type }) => type === field).slice(0, limit))
}
