import { type Kysely, sql } from 'kysely'
import { maxEdits, nearWords } from '../../suggest/near-words.ts'

/** Places whose words are corrections. Those of descriptions and READMEs are often typos themselves. */
const PLACES = ['word name', 'word author', 'word tags']
/** More words with the same beginning or ending are not compared. */
const MAX_CANDIDATES = 20_000
const MAX_LETTERS = 40

/**
 * The known words that a given one may mean, nearest and most frequent first. Compared are words of nearly the same length that
 * share its first letter or its last third. Both are ranges of an index.
 */
export async function similarWords<Tables>(db: Kysely<Tables>, word: string): Promise<string[]> {
  const letters = [...word]
  const [beginning = ''] = letters
  if (beginning === '' || letters.length > MAX_LETTERS) return []
  const ending = letters
    .slice(-Math.ceil(letters.length / 3))
    .reverse()
    .join('')
  const edits = maxEdits(word)
  const isNearlyAsLong = sql`length(value) between ${letters.length - edits}::int and ${letters.length + edits}::int`
  const { rows } = await sql<{ value: string }>`
    select distinct known.value from unnest(${PLACES}::text[]) as place (field) cross join lateral (
      (select value from search.term where field = place.field
        and value >= ${beginning} and value < ${beginning} || chr(1114111) and ${isNearlyAsLong} limit ${MAX_CANDIDATES})
      union all
      (select value from search.term where field = place.field and field like 'word %'
        and reverse(value) collate "C" >= ${ending} and reverse(value) collate "C" < ${ending} || chr(1114111)
        and ${isNearlyAsLong} limit ${MAX_CANDIDATES})
    ) as known`.execute(db)
  const near = nearWords(word, new Map(rows.map(({ value }) => [value, 0])))
  return near.length === 0 ? [] : nearWords(word, await frequenciesOf(db, near))
}

/** How many documents have each word. A word that none has any more has no entry. */
async function frequenciesOf<Tables>(db: Kysely<Tables>, words: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ value: string; documents: number }>`
    select term.value, sum(bit_count(posting.bits))::int as documents
    from unnest(${PLACES}::text[]) as place (field) cross join unnest(${[...words]}::text[]) as known (value)
    join search.term on term.field = place.field and term.value = known.value
    join search.posting on posting.term_id = term.id
    group by term.value`.execute(db)
  return new Map(rows.filter(({ documents }) => documents > 0).map(({ value, documents }) => [value, documents]))
}
