import { statedSize } from '../text/sizes.ts'
import { isEmptyWord, kindEntries } from './empty-words.ts'
import { everydayEntries } from './everyday-names.ts'
import { hubEntries } from './hub-names.ts'
import { languageEntries } from './languages.ts'
import { licenseEntries } from './licenses.ts'
import { ANY_REPO, type Meaning, means } from './meaning.ts'

/** A meaning of some words of a query: a repo that has it need not have the words. */
export interface Alternative extends Meaning {
  words: readonly string[]
}

/** No query of words that count is longer. */
const MAX_WORDS = 100

/**
 * What the words of a query mean besides themselves. Words that say nothing (`the`, `best`, `models`) mean any repo, unless
 * all words do.
 * @param words all of the query, in order, with repeats
 */
export function alternativesOf(words: readonly string[]): Alternative[] {
  if (words.length > MAX_WORDS) return alternativesOf(words.slice(0, MAX_WORDS))
  const { meanings, longest } = vocabulary()
  const found: Alternative[] = []
  const inPhrases = new Set<string>()
  for (let start = 0; start < words.length; start++) {
    for (let length = 1; length <= Math.min(longest, words.length - start); length++) {
      const phrase = words.slice(start, start + length)
      const known = meanings.get(phrase.join(' ')) ?? []
      found.push(...known.map((meaning) => ({ ...meaning, words: phrase })))
      if (length > 1 && known.length > 0) for (const word of phrase) inPhrases.add(word)
    }
    const size = statedSize(words, start)
    if (size !== undefined) found.push({ ...means('word tags', size.word), words: words.slice(start, start + size.length) })
  }
  found.push(...pairsOf(words, found))
  const ofAnyRepo = [...new Set(words)]
    .filter((word) => isEmptyWord(word) && !inPhrases.has(word))
    .map((word): Alternative => ({ ...means(ANY_REPO, ''), place: 'word author', words: [word] }))
  const optional = [...found, ...ofAnyRepo]
    .filter(({ field }) => field === ANY_REPO)
    .flatMap((alternative) => alternative.words)
  const isAllOptional = new Set(optional).size === new Set(words).size
  if (!isAllOptional) return [...found, ...ofAnyRepo]
  const required = found.filter(({ field }) => field !== ANY_REPO)
  return required.length > 0 ? [...required, ...ofAnyRepo] : required
}

/** Between two languages, they make a direction of translation. */
const BETWEEN_LANGUAGES = new Set(['to', 'into', 'from', 'and'])

/** The codes of two languages in a row are words of names, too: `english to german` means `opus-mt-en-de`. */
function pairsOf(words: readonly string[], found: readonly Alternative[]): Alternative[] {
  const named = found.filter(({ field, isPrefix }) => field === 'language' && !isPrefix)
  const text = words.filter((word) => !BETWEEN_LANGUAGES.has(word)).join(' ')
  const inPair = named.filter((one) =>
    named.some((other) => {
      const [left, right] = [one.words.join(' '), other.words.join(' ')]
      return left !== right && (text.includes(`${left} ${right}`) || text.includes(`${right} ${left}`))
    }),
  )
  return inPair.map(({ words: phrase, values }) => ({ ...means('word name', ...values), words: phrase }))
}

interface Vocabulary {
  /** By the words of the phrase, separated by blanks. */
  meanings: ReadonlyMap<string, readonly Meaning[]>
  /** The number of words of the longest phrase. */
  longest: number
}

let made: Vocabulary | undefined

/** All phrases with their meanings, made at first use. */
export function vocabulary(): Vocabulary {
  if (made !== undefined) return made
  const meanings = new Map<string, readonly Meaning[]>()
  let longest = 1
  for (const source of [languageEntries, hubEntries, everydayEntries, licenseEntries, kindEntries]) {
    for (const { phrase, meanings: own } of source()) {
      if (phrase === '') continue
      const known = meanings.get(phrase)
      meanings.set(phrase, known === undefined ? own : [...new Set([...known, ...own])])
      longest = Math.max(longest, phrase.split(' ').length)
    }
  }
  made = { meanings, longest }
  return made
}
