import { nearWords } from '../../suggest/near-words.ts'
import { documentWordsOf } from '../../text/document-words.ts'
import { SHOWN, shownDocumentOf } from '../encoding/stored-document.ts'
import { encodeWord } from '../encoding/word.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { multiSearch, type Query } from '../server/multi-search.ts'

/** The repos whose words are compared, most popular first. */
const MAX_HITS = 500

/**
 * The words of repos that a given one may mean, nearest first. Compared are the words of the most popular repos that have a word
 * with its first half, at most with one edit, or with its first letter.
 */
export async function similarWords(connection: MeilisearchConnection, word: string): Promise<string[]> {
  const letters = [...word]
  const beginnings = [letters.slice(0, Math.ceil(letters.length / 2)).join(''), letters[0] ?? '']
  const queries = beginnings.map((beginning): [string, Query] => [
    beginning,
    {
      indexUid: connection.index.uid,
      q: encodeWord(beginning),
      attributesToSearchOn: ['words.name', 'words.author', 'words.tags'],
      attributesToRetrieve: [...SHOWN],
      limit: MAX_HITS,
    },
  ])
  const answers = await multiSearch(connection, new Map(queries))
  const hits = [...answers.values()].flatMap((answer) => answer.hits.map(shownDocumentOf))
  const frequencies = new Map<string, number>()
  for (const hit of new Map(hits.map((document) => [document.hubId, document])).values()) {
    const { 'word name': name, 'word author': author, 'word tags': tags } = documentWordsOf(hit)
    for (const known of new Set([...name, ...author, ...tags])) frequencies.set(known, (frequencies.get(known) ?? 0) + 1)
  }
  return nearWords(word, frequencies)
}
