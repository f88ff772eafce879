import type { SearchDocument } from '../search-document.ts'
import { FILTER_FIELDS, valuesOf } from '../search-fields.ts'
import { MAX_DESCRIPTION_LENGTH, nameOf } from '../text/document-words.ts'
import { placedNamePartsOf } from '../text/name-words.ts'
import { plainReadme } from '../text/readme-text.ts'
import { sizeWordsOf } from '../text/sizes.ts'
import { type PlacedWord, placedWordsOf } from '../text/words.ts'
import { type Match, type MatchField, unitedHighlights } from './match.ts'
import { type MatchedPlace, snippetOf } from './snippet.ts'
import {
  queryWordsFor,
  queryWordsJoining,
  queryWordsMeaning,
  queryWordsNear,
  type SoughtWords,
  soughtWordsOf,
} from './sought-words.ts'

/** More labels of one repo say no more. */
const MAX_LABELS = 5
/** The most parts of a name that make up one word of a query. */
const MAX_JOINED_PARTS = 4

interface SearchedText {
  field: MatchField
  text: string
  words: PlacedWord[]
}

/**
 * Where a document matches the words of a query, best place first: its texts that have a word, and the values that a phrase
 * means. A typo counts only for a word that has no exact match outside the README. Works on the document alone, whichever engine
 * has found it.
 * @param words as the user wrote them
 * @param readme the beginning of the README, if it is known
 */
export function matchesOf(document: SearchDocument, words: string, readme = ''): Match[] {
  const sought = soughtWordsOf(words)
  if (sought.words.length === 0) return []
  const texts = textsOf(document)
  const exact = texts.flatMap((text) => matchIn(text, placesOf(text, sought)))
  const meant = meaningsOf(document, sought)
  const found = new Set([...exact, ...meant].flatMap((match) => match.words))
  const missing = { ...sought, words: sought.words.filter(({ word }) => !found.has(word)) }
  const near = texts.flatMap((text) => matchIn(text, nearPlacesOf(text, missing)))
  const readmeText = searchedText('readme', plainReadme(readme))
  const inReadme = matchIn(readmeText, wordPlaces(readmeText, sought))
  return [...limitedLabels(united([...exact, ...near, ...meant])), ...inReadme].sort(byPlace)
}

const ORDER: readonly MatchField[] = ['name', 'title', 'author', 'tags', 'formerNames', 'description', 'readme']

function byPlace(left: Match, right: Match): number {
  return rankOf(left.field) - rankOf(right.field)
}

/** Values that a phrase means come with the tags. */
function rankOf(field: MatchField): number {
  const index = ORDER.indexOf(field)
  return index < 0 ? ORDER.indexOf('tags') : index
}

function textsOf({ id, author, title, tags, task, library, license, language, formerNames, description }: SearchDocument) {
  const name = nameOf(id)
  const labels = new Set([...tags, ...task, ...library, ...license, ...language])
  return [
    title === null ? nameText('name', name) : nameText('title', title),
    nameText('author', author ?? id.slice(0, -name.length).replace(/\/$/, '')),
    ...Array.from(labels, (label) => searchedText('tags', label)),
    ...formerNames.map((former) => nameText('formerNames', former)),
    searchedText(
      'description',
      (description ?? '').slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed().replace(/\s+/g, ' ').trim(),
    ),
  ]
}

function searchedText(field: MatchField, text: string): SearchedText {
  return { field, text, words: placedWordsOf(text) }
}

function nameText(field: MatchField, text: string): SearchedText {
  return { field, text, words: [...placedWordsOf(text), ...placedNamePartsOf(text)] }
}

/** Exact places, also of several parts of a name that make up a word. */
function placesOf(text: SearchedText, sought: SoughtWords): MatchedPlace[] {
  const places = wordPlaces(text, sought)
  return text.field === 'name' || text.field === 'title' ? [...places, ...joinedPlaces(text.text, sought)] : places
}

function wordPlaces({ words }: SearchedText, sought: SoughtWords): MatchedPlace[] {
  return words.map((placed) => {
    const found = queryWordsFor(sought, placed.word)
    return { ...placed, end: endOf(placed, found), words: found }
  })
}

/** Where a word is only the beginning of what is written, the rest is no match, if the two are equally long letter by letter. */
function endOf({ word, start, end }: PlacedWord, [found, another]: readonly string[]): number {
  const isBeginning = found !== undefined && another === undefined && word.startsWith(found) && word.length === end - start
  return isBeginning ? start + found.length : end
}

function nearPlacesOf({ words }: SearchedText, missing: SoughtWords): MatchedPlace[] {
  return words.map(({ word, start, end }) => ({ start, end, words: queryWordsNear(missing, word) }))
}

function joinedPlaces(name: string, sought: SoughtWords): MatchedPlace[] {
  const parts = placedNamePartsOf(name)
  return parts.flatMap(({ start }, first) =>
    parts.slice(first + 1, first + MAX_JOINED_PARTS).map(({ end }, more) => {
      const members = parts.slice(first, first + more + 2).map(({ word }) => word)
      return { start, end, words: queryWordsJoining(sought, members) }
    }),
  )
}

function matchIn({ field, text }: SearchedText, all: readonly MatchedPlace[]): Match[] {
  const places = all.filter(({ words }) => words.length > 0).sort((left, right) => left.start - right.start)
  if (places.length === 0) return []
  const words = [...new Set(places.flatMap((place) => place.words))]
  return [{ field, ...snippetOf(text, places), words }]
}

/** The values of a document that a phrase of the query means, and its number of parameters if a size does. */
function meaningsOf(document: SearchDocument, sought: SoughtWords): Match[] {
  const values = FILTER_FIELDS.flatMap((field) =>
    valuesOf[field](document).map((value) => ({
      field: field === 'tag' ? ('tags' as const) : field,
      value,
      words: queryWordsMeaning(sought, field, value),
    })),
  )
  const sizes = new Set(sizeWordsOf(document.parameters))
  const sized = sought.alternatives.filter(({ field, values: meant }) => field === 'word tags' && sizes.has(meant[0] ?? ''))
  const all = [
    ...values,
    { field: 'parameters' as const, value: String(document.parameters), words: sized.flatMap(({ words }) => words) },
  ]
  return all
    .filter(({ words }) => words.length > 0)
    .map(({ field, value, words }) => ({ field, snippet: value, highlights: [[0, value.length]], words: [...words] }))
}

/** One match per text: a text may have exact matches of some words and typos of others. */
function united(matches: readonly Match[]): Match[] {
  const byText = Map.groupBy(matches, ({ field, snippet }) => `${field} ${snippet}`)
  return [...byText.values()].map((same) => ({
    ...(same[0] as Match),
    highlights: unitedHighlights(same.flatMap(({ highlights }) => highlights)),
    words: [...new Set(same.flatMap(({ words }) => words))],
  }))
}

/** The labels with most of the words. */
function limitedLabels(matches: readonly Match[]): Match[] {
  const labels = matches
    .filter(({ field }) => field === 'tags')
    .toSorted((left, right) => right.words.length - left.words.length)
  const shown = new Set(labels.slice(0, MAX_LABELS))
  return matches.filter((match) => match.field !== 'tags' || shown.has(match))
}
