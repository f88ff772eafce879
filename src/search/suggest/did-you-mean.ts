import type { SearchEngine, SearchQuery, SearchResult } from '../search-engine.ts'
import { queryWordsOf } from '../text/query-words.ts'

/** Shorter words are too near to one another. */
const MIN_LETTERS = 3
/** The words that may be corrected together. */
const MAX_CORRECTED = 3
const CANDIDATES_PER_WORD = 4
/** The corrected queries that are tried, nearest first. */
const MAX_TRIED = 8

/**
 * The query nearest to one that finds nothing, or no repo with all its words: words that no repo has are replaced by the nearest
 * that some repo has. It is tried, so it finds repos that have all its words, with the same filters.
 * @returns undefined if the query finds something, or if no near one does
 */
export async function didYouMean(
  engine: SearchEngine,
  query: SearchQuery,
  { total, isRelaxed }: Pick<SearchResult, 'total' | 'isRelaxed'>,
): Promise<string | undefined> {
  if (total > 0 && !isRelaxed) return undefined
  const words = queryWordsOf(query.words ?? '').map(({ word }) => word)
  const candidates = new Map<string, readonly string[]>()
  for (const word of words) {
    if (candidates.size === MAX_CORRECTED || [...word].length < MIN_LETTERS || (await isFound(engine, { words: word })))
      continue
    const near = await engine.similarWords(word)
    if (near.length > 0) candidates.set(word, near.slice(0, CANDIDATES_PER_WORD))
  }
  for (const corrected of correctedTexts(words, candidates).slice(0, MAX_TRIED)) {
    const { filters = {}, ranges = {} } = query
    if (await isFound(engine, { words: corrected, filters, ranges })) return corrected
  }
  return undefined
}

async function isFound(engine: SearchEngine, query: SearchQuery): Promise<boolean> {
  const { total, isRelaxed } = await engine.search({ ...query, limit: 0 })
  return total > 0 && !isRelaxed
}

/** All texts with the candidates in place of their words, those with the nearest candidates first. */
function correctedTexts(words: readonly string[], candidates: ReadonlyMap<string, readonly string[]>): string[] {
  if (candidates.size === 0) return []
  let texts = [{ rank: 0, words: [] as string[] }]
  for (const word of words) {
    const choices = candidates.get(word) ?? [word]
    texts = texts.flatMap((text) => choices.map((choice, rank) => ({ rank: text.rank + rank, words: [...text.words, choice] })))
  }
  return texts.toSorted((left, right) => left.rank - right.rank).map((text) => text.words.join(' '))
}
