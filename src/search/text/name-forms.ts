import { isWithinOneEdit } from './one-edit.ts'
import { wordsOf } from './words.ts'

/** A name as one word, without separators and case: how it is compared with a whole query. */
export function joinedName(text: string): string {
  return wordsOf(text).join('').replaceAll('.', '')
}

/** The runs of letters and of digits of a name, sorted: two names with the same parts are the same words in another order. */
export function sortedNameParts(text: string): string {
  return (wordsOf(text).join(' ').match(LETTERS_OR_DIGITS) ?? []).sort().join(' ')
}

const LETTERS_OR_DIGITS = /\p{N}+|[^\p{N}\s.]+/gu

/** Whether two joined names are one edit apart. A number that is nearly right is another number, so numbers must be equal. */
export function isSimilarName(left: string, right: string): boolean {
  return numbersIn(left) === numbersIn(right) && isWithinOneEdit(left, right)
}

function numbersIn(text: string): string {
  return text.match(/\p{N}/gu)?.join('') ?? ''
}
