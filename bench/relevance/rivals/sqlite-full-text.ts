import { DatabaseSync } from 'node:sqlite'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import type { Searcher } from '../searcher.ts'
import { type Split, textsOf } from './fields.ts'

/** SQLite's FTS5 with bm25 over the same texts, with the name weighing most and the last word as a prefix. */
export function fullTextOfSqlite(
  documents: readonly SearchDocument[],
  split: Split,
): { searcher: Searcher; close: () => void } {
  const db = new DatabaseSync(':memory:')
  db.exec('create virtual table repo using fts5 (hub_id unindexed, kind unindexed, name, author, tags, description)')
  const insert = db.prepare('insert into repo values (?, ?, ?, ?, ?, ?)')
  db.exec('begin')
  for (const document of documents) insert.run(document.hubId, document.kind, ...textsOf(document, split))
  db.exec('commit')
  const search = db.prepare(
    `select hub_id from repo where repo match ? and kind = ? order by bm25(repo, 0, 0, 10, 4, 2, 1), hub_id limit ?`,
  )
  return {
    searcher: {
      find: async (words, kind, limit) => {
        const terms = split(words).split(' ').filter(Boolean)
        if (terms.length === 0) return []
        const query = `${terms.map((term) => `"${term}"`).join(' ')}*`
        return search.all(query, kind, limit).map((row) => String(row['hub_id']))
      },
    },
    close: () => db.close(),
  }
}
