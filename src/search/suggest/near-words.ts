import { editDistance } from '../../util/closest-match.ts'

/** Words with fewer letters may have one edit, others two. */
const LETTERS_FOR_TWO_EDITS = 5

/** The most edits at which a word may be meant by another. */
export function maxEdits(word: string): number {
  return [...word].length < LETTERS_FOR_TWO_EDITS ? 1 : 2
}

/** The words that may be meant by a given one, nearest first, then most frequent first. @param frequencies of known words */
export function nearWords(word: string, frequencies: ReadonlyMap<string, number>): string[] {
  return [...frequencies]
    .map(([known, frequency]) => ({ known, frequency, edits: editDistance(word, known) }))
    .filter(({ edits }) => edits > 0 && edits <= maxEdits(word))
    .sort((left, right) => left.edits - right.edits || right.frequency - left.frequency || (left.known < right.known ? -1 : 1))
    .map(({ known }) => known)
}
