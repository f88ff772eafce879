import type { SearchDocument } from '../../../src/search/search-document.ts'
import { nameOf } from '../../../src/search/text/document-words.ts'
import { wordsOf } from '../../../src/search/text/words.ts'

/** How a rival is given a text: split into words between blanks, or as it is, so that the rival splits it by its own rules. */
export type Split = (text: string) => string

/** The texts of a document as a plain full-text index is given them. */
export function textsOf(
  document: SearchDocument,
  split: Split,
): [name: string, author: string, tags: string, description: string] {
  const { author, description, id, language, library, license, tags, task } = document
  const labels = [...tags, ...task, ...library, ...license, ...language]
  return [nameOf(id), author ?? '', labels.join(' '), (description ?? '').slice(0, 2_000)].map(split) as [
    string,
    string,
    string,
    string,
  ]
}

/** Words between blanks, split as hubdex splits those of texts. */
export function plain(text: string): string {
  return wordsOf(text).join(' ')
}
