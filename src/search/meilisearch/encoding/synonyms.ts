import { createHash } from 'node:crypto'
import type { SearchDocument } from '../../search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from '../../search-fields.ts'
import type { WordPlace } from '../../text/document-words.ts'
import { vocabulary } from '../../vocabulary/alternatives.ts'
import type { Meaning } from '../../vocabulary/meaning.ts'
import { encodeWord } from './word.ts'

/** Meilisearch looks synonyms up for up to three neighboring words. Longer phrases match by their words only. */
const MAX_WORDS = 3
/** The prefix of codes of meanings. No word of a query begins with it. */
const MEANING = '__'

/** A synonym per phrase of the vocabulary: codes that documents have that mean the same, see `meaningCodesOf`. */
export function encodedSynonyms(): Record<string, string[]> {
  const phrases = [...vocabulary().meanings].map(([phrase, meanings]) => ({ words: phrase.split(' '), meanings }))
  return Object.fromEntries(
    phrases
      .filter(({ words }) => words.length <= MAX_WORDS)
      .map(({ words, meanings }) => [words.map(encodeWord).join(' '), meanings.filter(isOfValues).map(codeOf)] as const)
      .filter(([, codes]) => codes.length > 0),
  )
}

/** Codes for the meanings that a document has, in the place at which they count. */
export function meaningCodesOf(document: SearchDocument, place: WordPlace): string[] {
  const codes = new Set<string>()
  for (const field of FILTER_FIELDS) {
    const known = knownMeanings().get(field)
    if (known === undefined) continue
    for (const value of valuesOf[field](document)) {
      const meanings = [...(known.exact.get(value) ?? []), ...known.prefixes.filter(({ values }) => begins(value, values))]
      for (const meaning of meanings) if (meaning.place === place) codes.add(codeOf(meaning))
    }
  }
  return [...codes]
}

interface KnownMeanings {
  exact: Map<string, Meaning[]>
  prefixes: Meaning[]
}

let made: ReadonlyMap<FilterField, KnownMeanings> | undefined

/** The meanings of the vocabulary by field, and by value if it is exact. */
function knownMeanings(): ReadonlyMap<FilterField, KnownMeanings> {
  if (made !== undefined) return made
  const byField = new Map<FilterField, KnownMeanings>()
  const all = [...vocabulary().meanings.values()].flat()
  const distinct = new Map(all.map((meaning) => [codeOf(meaning), meaning]))
  for (const meaning of distinct.values()) {
    if (!isOfValues(meaning)) continue
    const { field, values, isPrefix } = meaning
    const known: KnownMeanings = byField.get(field) ?? { exact: new Map(), prefixes: [] }
    byField.set(field, known)
    if (isPrefix) known.prefixes.push(meaning)
    else for (const value of values) known.exact.set(value, [...(known.exact.get(value) ?? []), meaning])
  }
  made = byField
  return byField
}

type MeaningOfValues = Meaning & { field: FilterField }

function isOfValues(meaning: Meaning): meaning is MeaningOfValues {
  return FILTER_FIELDS.some((field) => field === meaning.field)
}

function begins(value: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => value.startsWith(beginning))
}

const codes = new WeakMap<Meaning, string>()

/** Codes depend on the content of a meaning only, so a new vocabulary leaves those of documents valid. */
function codeOf(meaning: Meaning): string {
  const known = codes.get(meaning)
  if (known !== undefined) return known
  const { field, values, isPrefix, place } = meaning
  const digest = createHash('sha256')
    .update(JSON.stringify([field, values, isPrefix, place]))
    .digest('hex')
  const code = `${MEANING}${digest.slice(0, 12)}`
  codes.set(meaning, code)
  return code
}
