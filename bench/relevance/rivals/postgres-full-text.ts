import pg from 'pg'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import type { Searcher } from '../searcher.ts'
import { type Split, textsOf } from './fields.ts'

/** Postgres's own full text with ts_rank over the same texts, with its default weights and the last word as a prefix. */
export async function fullTextOfPostgres(
  url: string,
  documents: readonly SearchDocument[],
  split: Split,
): Promise<{ searcher: Searcher; close: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table repo (hub_id text, kind text, words tsvector)')
  for (let start = 0; start < documents.length; start += BATCH) {
    const rows = documents.slice(start, start + BATCH).map((document) => {
      const [name, author, tags, description] = textsOf(document, split)
      return { hub_id: document.hubId, kind: document.kind, name, author, tags, description }
    })
    await client.query(INSERT, [JSON.stringify(rows).replaceAll('\\u0000', '')])
  }
  await client.query('create index on repo using gin (words)')
  await client.query('analyze repo')
  return {
    searcher: {
      find: async (words, kind, limit) => {
        const terms = split(words).split(' ').filter(Boolean)
        if (terms.length === 0) return []
        const query = `${terms.map((term) => `'${term.replaceAll("'", "''")}'`).join(' & ')}:*`
        const { rows } = await client.query(SEARCH, [query, kind, limit])
        return rows.map((row: { hub_id: string }) => row.hub_id)
      },
    },
    close: () => client.end(),
  }
}

const BATCH = 1_000

const INSERT = `
  insert into repo
  select hub_id, kind, setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', author), 'B')
    || setweight(to_tsvector('simple', tags), 'C') || setweight(to_tsvector('simple', description), 'D')
  from json_to_recordset($1::json)
    as given (hub_id text, kind text, name text, author text, tags text, description text)`

const SEARCH = `
  select hub_id from repo, to_tsquery('simple', $1) as query
  where words @@ query and kind = $2 order by ts_rank(words, query) desc, hub_id limit $3`
