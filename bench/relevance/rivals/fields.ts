import type { SearchDocument } from '../../../src/search/search-document.ts'
import { nameOf } from '../../../src/search/text/document-words.ts'
import { wordsOf } from '../../../src/search/text/words.ts'

/** The texts of a document as a plain full-text index is given them. Its words are split as hubdex splits those of texts. */
export function textsOf(document: SearchDocument): [name: string, author: string, tags: string, description: string] {
  const { author, description, id, language, library, license, tags, task } = document
  const labels = [...tags, ...task, ...library, ...license, ...language]
  return [nameOf(id), author ?? '', labels.join(' '), (description ?? '').slice(0, 2_000)].map(plain) as [
    string,
    string,
    string,
    string,
  ]
}

/** Words between blanks. */
export function plain(text: string): string {
  return wordsOf(text).join(' ')
}
