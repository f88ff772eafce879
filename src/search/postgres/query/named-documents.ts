import { type Kysely, sql } from 'kysely'
import { PREPARED } from '../../../catalog/postgres/prepared-statements.ts'
import type { NameMatch } from '../../expanded-query.ts'
import { isSimilarName } from '../../text/name-forms.ts'
import type { TypedName } from '../../text/query-words.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import { AGGREGATED_ORDINALS, readOrdinals } from '../bitmap/ordinals.ts'

/** A beginning that more names share says little, and reading them all would take long. */
const MAX_BEGINNING = 1_000
/** Shorter ones are the beginnings of too many names. */
const MIN_BEGINNING = 3
/** Shorter names are too similar to one another, unless nothing else is found. */
const MIN_SIMILAR = 5
const MIN_SIMILAR_TO_NOTHING_ELSE = 3
/** The lowest cost at which the words are not all in a name. */
const NOT_A_NAME = 2

/**
 * The documents whose name is the whole text, begins with it, or is one edit away from it. The last are only looked for if the
 * words name no repo. A way to match that was not considered has no entry.
 * @param lowestCost of the documents that match all words; undefined if there are none
 */
export async function documentsNamed<Tables>(
  db: Kysely<Tables>,
  name: TypedName,
  lowestCost: number | undefined,
  live: DocumentSet,
): Promise<Map<NameMatch, DocumentSet>> {
  const setOf = (ordinals: readonly number[]) => live.and(DocumentSet.of(ordinals, live.blocks))
  const found = await namedOrdinals(db, name)
  const whole = setOf(found.whole)
  const documents = new Map<NameMatch, DocumentSet>([['whole', whole]])
  if (isBeginning(name) && found.beginning.length <= MAX_BEGINNING) documents.set('beginning', setOf(found.beginning))
  const minSimilar = lowestCost === undefined ? MIN_SIMILAR_TO_NOTHING_ELSE : MIN_SIMILAR
  const isNamed = whole.count > 0 || (lowestCost ?? NOT_A_NAME) < NOT_A_NAME
  if (!isNamed && [...name.joined].length >= minSimilar) {
    documents.set('similar', setOf(await similarOrdinals(db, name.joined)))
  }
  return documents
}

async function namedOrdinals<Tables>(db: Kysely<Tables>, name: TypedName): Promise<Record<'whole' | 'beginning', number[]>> {
  const { id = null, joined, sortedParts } = name
  const { rows } = await sql<{ whole: Buffer | null; beginning: Buffer | null }>`
    ${PREPARED} select (
      select ${AGGREGATED_ORDINALS} from search.document
      where (name = ${joined} or name_parts = ${sortedParts}) and (${id}::text is null or lower(document ->> 'id') = ${id})
    ) as whole, (
      select ${AGGREGATED_ORDINALS} from (
        select ordinal from search.document
        where ${isBeginning(name)} and name > ${joined} and name < ${joined} || chr(1114111) limit ${MAX_BEGINNING + 1}
      ) as beginning
    ) as beginning`.execute(db)
  return { whole: readOrdinals(rows[0]?.whole), beginning: readOrdinals(rows[0]?.beginning) }
}

function isBeginning({ id, joined }: TypedName): boolean {
  return id === undefined && [...joined].length >= MIN_BEGINNING
}

/**
 * The documents whose name is one edit away, found as by `similarWords`. Their numbers are the same, because a number that is
 * nearly right is another number.
 */
async function similarOrdinals<Tables>(db: Kysely<Tables>, joined: string): Promise<number[]> {
  const letters = [...joined]
  const half = Math.floor((letters.length - 1) / 2)
  const beginning = letters.slice(0, half).join('')
  const ending = letters
    .slice(half + 1)
    .reverse()
    .join('')
  const { rows } = await sql<{ ordinal: number; name: string }>`
    ${PREPARED} select found.ordinal, found.name from generate_series(${letters.length - 1}::int, ${letters.length + 1}::int) as size
    cross join lateral (
      (select ordinal, name from search.document
        where length(name) = size and name >= ${beginning} and name < ${beginning} || chr(1114111) offset 0)
      union
      (select ordinal, name from search.document
        where length(name) = size and reverse(name) collate "C" >= ${ending}
          and reverse(name) collate "C" < ${ending} || chr(1114111) offset 0)
    ) as found`.execute(db)
  return rows.filter(({ name }) => isSimilarName(joined, name)).map(({ ordinal }) => ordinal)
}
