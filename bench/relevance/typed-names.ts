import type { RepoKind } from '../../src/hub/kinds.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import { nameOf } from '../../src/search/text/document-words.ts'

/** A name as people type it; undefined if the name offers no occasion, such as another order of one word. */
type Typing = (name: string) => string | undefined

export const TYPINGS: Readonly<Record<string, Typing>> = {
  blanks: (name) => wordsOf(name).join(' '),
  'another order': (name) => (wordsOf(name).length > 1 ? wordsOf(name).reverse().join(' ') : undefined),
  joined: (name) => (wordsOf(name).length > 1 ? wordsOf(name).join('') : undefined),
  'one letter missing': withoutOneLetter,
  'first half': (name) => wordsOf(name.slice(0, Math.ceil(name.length / 2))).join(' '),
}

/** The repos that people look for most: by downloads, and by likes where the Hub counts no downloads. */
export function mostWanted(documents: readonly SearchDocument[], kind: RepoKind, limit: number): SearchDocument[] {
  const counter = kind === 'space' ? 'likes' : 'downloads'
  return documents
    .filter((document) => document.kind === kind)
    .sort((left, right) => right[counter] - left[counter] || (left.hubId < right.hubId ? -1 : 1))
    .slice(0, limit)
}

export function bareName({ id }: SearchDocument): string {
  return nameOf(id).toLowerCase()
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[-_./]+/)
    .filter((word) => word !== '')
}

/** Leaves out the middle letter of the longest word. */
function withoutOneLetter(name: string): string | undefined {
  const words = wordsOf(name)
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '')
  const letters = [...longest]
  const middle = letters
    .map((letter, index) => ({ letter, distance: Math.abs(index - (letters.length - 1) / 2), index }))
    .filter(({ letter }) => /\p{L}/u.test(letter))
    .sort((left, right) => left.distance - right.distance || left.index - right.index)[0]
  if (middle === undefined || letters.length < 3) return undefined
  const shortened = letters.toSpliced(middle.index, 1).join('')
  return words.with(words.indexOf(longest), shortened).join(' ')
}
