import type { Kysely } from 'kysely'
import type { ExpandedQuery, ExpandedWord, MatchKind, WordMatch } from '../../expanded-query.ts'
import { README_PLACE, WORD_PLACES, type WordPlace } from '../../text/document-words.ts'
import { type QueryWord, queryWordsOf, typedNameOf } from '../../text/query-words.ts'
import { wordsOf } from '../../text/words.ts'
import { type Alternative, alternativesOf } from '../../vocabulary/alternatives.ts'
import { ANY_REPO } from '../../vocabulary/meaning.ts'
import { LIVE } from '../index/terms.ts'
import { similarWords } from './similar-words.ts'
import { partsOfWord, piecesOf } from './word-parts.ts'

/** The cost of a match is twice the index of its place, plus one if it is not the whole word, or more than any place for a typo. */
const INEXACT_COST = 1
const PLACE_COST = 2
const TYPO_COST = PLACE_COST * WORD_PLACES.length
/** More than any match in another place. */
const README_COST = 2 * TYPO_COST
/** READMEs have many words, and shorter beginnings are those of too many. */
const MIN_README_PREFIX = 4

/** Expands the words of a query by what the index has. */
export async function expandQuery<Tables>(db: Kysely<Tables>, text: string): Promise<Omit<ExpandedQuery, 'nameMatches'>> {
  const words = queryWordsOf(text)
  const typed = words.map(({ word }) => word)
  const alternatives = alternativesOf(wordsOf(text))
  const { similar, known } = await similarWords(db, typed, typed.flatMap(piecesOf))
  const expanded = words.map((word): ExpandedWord => {
    const typos = similar
      .filter((found) => found.word === word.word)
      .map((found) => matchIn(found.place, 'typo', TYPO_COST, found.similar))
    const split = partsOfWord(word.word, known).map(
      (members): WordMatch => ({
        kind: 'parts',
        cost: INEXACT_COST,
        terms: members.map((value) => ({ field: WORD_PLACES[0], value, isPrefix: false })),
      }),
    )
    const meanings = alternatives.filter((alternative) => alternative.words.includes(word.word))
    const isOptional = meanings.some(({ field }) => field === ANY_REPO)
    return {
      word: word.word,
      isOptional,
      matches: [...exactMatches(word), ...meanings.flatMap(valueMatches), ...split, ...typos],
    }
  })
  return { words: expanded, name: words.length === 0 ? undefined : typedNameOf(text) }
}

function exactMatches({ word, isPrefix, joined }: QueryWord): WordMatch[] {
  return ([...WORD_PLACES, README_PLACE] as const).flatMap((place) => [
    matchIn(place, 'word', 0, word),
    ...(isPrefix && (place !== README_PLACE || [...word].length >= MIN_README_PREFIX)
      ? [matchIn(place, 'prefix', INEXACT_COST, word)]
      : []),
    ...joined.map((both) => matchIn(place, 'joined', 0, both)),
  ])
}

/** What the word, or a phrase that it belongs to, means. */
function valueMatches({ field, values, isPrefix, place }: Alternative): WordMatch[] {
  const cost = PLACE_COST * WORD_PLACES.indexOf(place)
  return values.map((value) => ({
    kind: 'value',
    cost,
    terms: [{ field: field === ANY_REPO ? LIVE : field, value, isPrefix }],
  }))
}

function matchIn(place: WordPlace | typeof README_PLACE, kind: MatchKind, extra: number, value: string): WordMatch {
  const cost = (place === README_PLACE ? README_COST : PLACE_COST * WORD_PLACES.indexOf(place)) + extra
  return { kind, cost, terms: [{ field: place, value, isPrefix: kind === 'prefix' }] }
}
