import { type Kysely, sql } from 'kysely'
import { PREPARED } from '../../../catalog/postgres/prepared-statements.ts'
import { WORD_PLACES, type WordPlace } from '../../text/document-words.ts'
import { isWithinOneEdit } from '../../text/one-edit.ts'

/** Shorter words are too similar to one another. */
const MIN_LENGTH = 5
/** A number that is nearly right is another number, so numbers are never corrections. */
const NUMBER = /^[0-9.]+$/

export interface SimilarWord {
  word: string
  place: WordPlace
  similar: string
}

/**
 * The known words that are one edit away from the given ones of five letters or more; and in the same statement, which of some
 * `pieces` of words are words of names.
 *
 * An edit touches at most two neighboring letters. So for any p, an edit of a word of n letters leaves either the first p or
 * the last n - 1 - p intact. Only known words of nearly the same length that share one of these need to be compared, and both
 * are ranges of an index. Nothing is spent when documents are written, unlike with the usual methods: a trigram index finds too
 * much for short words, and a table of deletions has ten rows for each word of an unbounded vocabulary.
 */
export async function similarWords<Tables>(
  db: Kysely<Tables>,
  words: readonly string[],
  pieces: readonly string[],
): Promise<{ similar: SimilarWord[]; known: Set<string> }> {
  const shapes = words.map((word) => ({ word, letters: [...word] })).filter(({ letters }) => letters.length >= MIN_LENGTH)
  if (shapes.length === 0 && pieces.length === 0) return { similar: [], known: new Set() }
  const halves = shapes.map(({ letters }) => Math.floor((letters.length - 1) / 2))
  const beginnings = shapes.map(({ letters }, index) => letters.slice(0, halves[index]).join(''))
  const endings = shapes.map(({ letters }, index) =>
    letters
      .slice((halves[index] ?? 0) + 1)
      .reverse()
      .join(''),
  )
  const lengths = shapes.map(({ letters }) => letters.length)
  const wanted = shapes.map(({ word }) => word)
  // `offset 0` keeps the ranges inside the loop over words and places: joined freely, Postgres may read all terms.
  const { rows } = await sql<SimilarWord>`
    ${PREPARED} select asked.word, place.field as place, known.value as similar
    from unnest(${wanted}::text[], ${beginnings}::text[], ${endings}::text[], ${lengths}::int[])
      as asked (word, beginning, ending, letters)
    cross join unnest(${[...WORD_PLACES]}::text[]) as place (field)
    cross join lateral (
      (select value from search.term
        where field = place.field and value >= asked.beginning and value < asked.beginning || chr(1114111) offset 0)
      union
      (select value from search.term
        where field = place.field and field like 'word %' and reverse(value) collate "C" >= asked.ending
          and reverse(value) collate "C" < asked.ending || chr(1114111) offset 0)
    ) as known
    where length(known.value) between asked.letters - 1 and asked.letters + 1 and known.value <> asked.word
    union all
    select value, field, value from unnest(${[...new Set(pieces)]}::text[]) as piece (word)
    join search.term on field = ${WORD_PLACES[0]} and value = word`.execute(db)
  return {
    similar: rows.filter(({ word, similar }) => word !== similar && !NUMBER.test(similar) && isWithinOneEdit(word, similar)),
    known: new Set(rows.filter(({ word, similar }) => word === similar).map(({ word }) => word)),
  }
}
