import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SearchQuery } from '../../src/search/search-engine.ts'
import type { PlainDocument } from './write-documents.ts'

/** SQLite's FTS5 with bm25, and a table of values that are filtered and counted. It has no search for typing errors. */
export class SqliteSearch {
  readonly #db: DatabaseSync
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    this.#db = new DatabaseSync(path)
    this.#db.exec(`
      pragma journal_mode = wal;
      create virtual table words using fts5 (name, author_text, labels, description, content = '');
      create table repo (row integer primary key, id text, downloads, likes, trending, created, modified);
      create table value (field text, value text, row integer);
      create temp table match (row integer primary key, rank real)`)
  }

  get bytes(): number {
    return statSync(this.#path).size
  }

  /** @param lines JSON of `PlainDocument` @returns milliseconds without parsing */
  fill(lines: readonly string[], firstRow: number): number {
    const documents = lines.map((line) => JSON.parse(line) as PlainDocument)
    const startedMs = performance.now()
    const words = this.#db.prepare('insert into words (rowid, name, author_text, labels, description) values (?, ?, ?, ?, ?)')
    const repo = this.#db.prepare('insert into repo values (?, ?, ?, ?, ?, ?, ?)')
    const value = this.#db.prepare('insert into value values (?, ?, ?)')
    this.#db.exec('begin')
    for (const [index, { id, texts, values, numbers }] of documents.entries()) {
      const row = firstRow + index
      words.run(row, texts.name, texts.author_text, texts.labels, texts.description)
      const { downloads = 0, likes = 0, trending = 0, created = 0, modified = 0 } = numbers
      repo.run(row, id, downloads, likes, trending, created, modified)
      for (const [field, list] of Object.entries(values)) for (const one of list) value.run(field, one, row)
    }
    this.#db.exec('commit')
    return performance.now() - startedMs
  }

  /** Makes the indexes after the rows, which is faster. */
  finish(): void {
    this.#db.exec(`
      create index value_row on value (row, field);
      create index value_value on value (field, value, row);
      insert into words (words) values ('optimize');
      analyze;
      pragma wal_checkpoint(truncate)`)
  }

  search({ words = '', filters = {}, sort, facets = [], limit = 20, offset = 0 }: SearchQuery): number {
    const terms = words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
    const match = terms.length === 0 ? undefined : `${terms.map((term) => `"${term}"`).join(' ')}*`
    const matchAll = (without?: string) => this.#match(match, Object.entries(filters), without)
    matchAll()
    const order = sort === undefined || sort === 'relevance' ? (match === undefined ? 'trending desc' : 'rank') : `${sort} desc`
    this.#db.prepare(`select id from temp.match join repo using (row) order by ${order} limit ? offset ?`).all(limit, offset)
    const total = this.#db.prepare('select count(*) as total from temp.match').get()?.['total']
    // A facet ignores the filter on its own field.
    for (const facet of facets.toSorted((a, b) => Number(a in filters) - Number(b in filters))) {
      if (facet in filters) matchAll(facet)
      this.#count(facet)
    }
    return Number(total)
  }

  close(): void {
    this.#db.close()
  }

  #match(match: string | undefined, filters: [string, readonly string[]][], without: string | undefined): void {
    const kept = filters.filter(([field]) => field !== without)
    const within = kept.map(
      ([, values]) => `row in (select row from value where field = ? and value in (${values.map(() => '?').join(', ')}))`,
    )
    const source =
      match === undefined
        ? 'select row, 0 as rank from repo'
        : 'select rowid as row, bm25(words, 10, 4, 2, 1) as rank from words where words match ?'
    const where = within.length === 0 ? '' : ` where ${within.join(' and ')}`
    this.#db.exec('delete from temp.match')
    this.#db
      .prepare(`insert into temp.match select row, rank from (${source})${where}`)
      .run(...(match === undefined ? [] : [match]), ...kept.flatMap(([field, values]) => [field, ...values]))
  }

  #count(facet: string): void {
    this.#db
      .prepare(
        `select value, count(*) as repos from temp.match join value using (row) where field = ?
         group by value order by repos desc limit 10`,
      )
      .all(facet)
  }
}
